/// A path in a local document, one spelling for every format.
struct LocalPath: Hashable, Sendable {
    enum Predicate: Hashable, Sendable {
        case equals(key: String, isAttribute: Bool, value: String)
        case last
        case missing(key: String)
        case exists

        /// Whether a node chosen so can only be read.
        var isObserved: Bool {
            if case .equals = self { false } else { true }
        }
    }

    struct Step: Hashable, Sendable {
        var name: String
        var isAttribute = false
        var predicates: [Predicate] = []
    }

    /// Empty for `.`, the element itself.
    var steps: [Step]

    var isObserved: Bool { steps.contains { $0.predicates.contains(where: \.isObserved) } }

    /// The path as written; `nil` when it is not one.
    init?(_ text: String) {
        if text == "." {
            steps = []
            return
        }
        var reader = Reader(text)
        guard let steps = reader.steps() else { return nil }
        self.steps = steps
    }

    init(steps: [Step]) { self.steps = steps }

    /// The path in its one spelling.
    var text: String {
        if steps.isEmpty { return "." }
        return steps.map { step in
            (step.isAttribute ? "@" : "") + step.name + step.predicates.map(Self.spelling).joined()
        }.joined(separator: "/")
    }

    private static func spelling(_ predicate: Predicate) -> String {
        switch predicate {
        case .equals(let key, let isAttribute, let value): "[\(isAttribute ? "@" : "")\(key)='\(value)']"
        case .last: "[last]"
        case .missing(let key): "[!\(key)]"
        case .exists: "[exists]"
        }
    }

    private struct Reader {
        private var rest: Substring

        init(_ text: String) { rest = text[...] }

        mutating func steps() -> [Step]? {
            var steps: [Step] = []
            while true {
                guard let step = step() else { return nil }
                steps.append(step)
                if rest.isEmpty { break }
                guard take("/"), !step.isAttribute else { return nil }
            }
            // `exists` ends a path: nothing stands below a mere fact.
            let isEarly = steps.dropLast().contains { $0.predicates.contains(.exists) }
            return isEarly ? nil : steps
        }

        private mutating func step() -> Step? {
            let isAttribute = take("@")
            let name = rest.prefix { $0 != "/" && $0 != "[" && $0 != "]" && $0 != "@" }
            guard !name.isEmpty else { return nil }
            rest = rest.dropFirst(name.count)
            var step = Step(name: String(name), isAttribute: isAttribute)
            while take("[") {
                guard let predicate = predicate(), take("]") else { return nil }
                step.predicates.append(predicate)
            }
            if let place = step.predicates.firstIndex(of: .exists), place != step.predicates.count - 1 { return nil }
            return step
        }

        private mutating func predicate() -> Predicate? {
            if rest.hasPrefix("last]") { return taking(4, .last) }
            if rest.hasPrefix("exists]") { return taking(6, .exists) }
            if take("!") {
                let key = rest.prefix { $0 != "]" }
                return key.isEmpty ? nil : taking(key.count, .missing(key: String(key)))
            }
            let isAttribute = take("@")
            let key = rest.prefix { $0 != "=" && $0 != "]" }
            rest = rest.dropFirst(key.count)
            guard !key.isEmpty, take("="), take("'") else { return nil }
            let value = rest.prefix { $0 != "'" }
            rest = rest.dropFirst(value.count)
            guard take("'") else { return nil }
            return .equals(key: String(key), isAttribute: isAttribute, value: String(value))
        }

        private mutating func taking(_ count: Int, _ predicate: Predicate) -> Predicate {
            rest = rest.dropFirst(count)
            return predicate
        }

        private mutating func take(_ character: Character) -> Bool {
            guard rest.first == character else { return false }
            rest = rest.dropFirst()
            return true
        }
    }
}
