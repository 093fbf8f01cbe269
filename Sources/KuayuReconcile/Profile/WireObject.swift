import KuayuFormats
import KuayuModel

/// One JSON object read strictly: every member must be known, and have the right kind.
///
/// Errors name the member's path and never repeat a value.
struct WireObject {
    private let tape: Tape
    private let path: String
    private let members: [String: Int]

    /// The object that a whole document is.
    static func document(_ bytes: [UInt8], limits: FormatLimits, allowed: [String]) throws(FeedError) -> WireObject {
        let tape: Tape
        do {
            tape = try JSONReader.read(bytes, limits: limits)
        } catch {
            let kind: FeedError.Kind
            switch error.kind {
            case .tooLarge, .tooManyNodes, .textTooLong, .tooDeep: kind = .limit
            default: kind = .unreadable
            }
            throw FeedError(kind, "\(error.message) (byte \(error.offset))")
        }
        return try WireObject(tape, 0, path: "", allowed: allowed)
    }

    private init(_ tape: Tape, _ node: Int, path: String, allowed: [String]) throws(FeedError) {
        guard tape.nodes[node].kind == .object else { throw Self.fault(path, "must be an object") }
        var members: [String: Int] = [:]
        for child in tape.children(of: node) {
            let name = tape.name(child)
            guard allowed.contains(name) else { throw Self.fault(path, "has a member that is not known") }
            members[name] = child
        }
        self.tape = tape
        self.path = path
        self.members = members
    }

    /// Whether a member stands there and is not null.
    func has(_ name: String) -> Bool { members[name].map { tape.nodes[$0].kind != .null } ?? false }

    /// The names that stand there, ascending.
    var names: [String] { members.keys.sorted() }

    /// A text of 1 to `limit` bytes.
    func text(_ name: String, limit: Int) throws(FeedError) -> String {
        let text = tape.text(try member(name, .text, "a text"))
        guard (1...limit).contains(text.utf8.count) else { throw fault(name, "must have 1 to \(limit) bytes") }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw fault(name, "must not hold control characters")
        }
        return text
    }

    /// The same, of ASCII without blanks.
    func name(_ name: String, limit: Int = ProfileLimits.nameBytes) throws(FeedError) -> String {
        try Self.checkedName(try text(name, limit: limit), path(name))
    }

    /// A text, or nil where it is missing or null.
    func optionalText(_ name: String, limit: Int) throws(FeedError) -> String? {
        has(name) ? try text(name, limit: limit) : nil
    }

    /// An integer within bounds.
    func integer(_ name: String, in bounds: ClosedRange<Int>) throws(FeedError) -> Int {
        try Self.integer(tape, try member(name, .number, "a number"), path(name), in: bounds)
    }

    /// An integer within bounds, or nil where it is missing or null.
    func optionalInteger(_ name: String, in bounds: ClosedRange<Int>) throws(FeedError) -> Int? {
        has(name) ? try integer(name, in: bounds) : nil
    }

    /// `true`, which is the only value that may stand there.
    func requireTrue(_ name: String) throws(FeedError) {
        guard tape.text(try member(name, .bool, "true")) == "true" else { throw fault(name, "must be true") }
    }

    /// 32 bytes as 64 hexadecimal digits in lower case.
    func identity(_ name: String) throws(FeedError) -> ElementID {
        try Self.identity(tape.text(try member(name, .text, "a text")), path(name))
    }

    /// An object inside this one; `allowed` nil lets every name pass.
    func object(_ name: String, allowed: [String]) throws(FeedError) -> WireObject {
        try WireObject(tape, try member(name, .object, "an object"), path: path(name), allowed: allowed)
    }

    /// Numbers under names that are not known beforehand.
    func counts(_ name: String, limit: Int) throws(FeedError) -> [String: Int] {
        let node = try member(name, .object, "an object")
        var counts: [String: Int] = [:]
        for child in tape.children(of: node) {
            guard counts.count < limit else { throw FeedError(.limit, "\(path(name)): more than \(limit) members") }
            let key = try Self.checkedName(tape.name(child), path(name))
            counts[key] = try Self.integer(tape, child, path(name), in: 0...Int(ProfileLimits.claimedRows))
        }
        return counts
    }

    /// Every object of an array.
    func objects<Value>(
        _ name: String, limit: Int, allowed: [String], _ read: (WireObject) throws(FeedError) -> Value
    ) throws(FeedError) -> [Value] {
        try elements(name, limit: limit) { (tape, node, path) throws(FeedError) in
            try read(try WireObject(tape, node, path: path, allowed: allowed))
        }
    }

    /// Every text of an array, read by `read` with its path.
    func texts<Value>(
        _ name: String, limit: Int, _ read: (String, String) throws(FeedError) -> Value
    ) throws(FeedError) -> [Value] {
        try elements(name, limit: limit) { (tape, node, path) throws(FeedError) in
            guard tape.nodes[node].kind == .text else { throw Self.fault(path, "must be a text") }
            return try read(tape.text(node), path)
        }
    }

    /// Every array of so many integers in an array; each number is at least `lowest`.
    func numberLists<Value>(
        _ name: String, limit: Int, count: Int, _ read: ([Int], String) throws(FeedError) -> Value
    ) throws(FeedError) -> [Value] {
        try elements(name, limit: limit) { (tape, node, path) throws(FeedError) in
            guard tape.nodes[node].kind == .array else { throw Self.fault(path, "must be an array") }
            var numbers: [Int] = []
            for child in tape.children(of: node) {
                guard numbers.count < count else { throw Self.fault(path, "must have \(count) numbers") }
                numbers.append(try Self.integer(tape, child, path, in: Int.min...Int.max))
            }
            guard numbers.count == count else { throw Self.fault(path, "must have \(count) numbers") }
            return try read(numbers, path)
        }
    }

    private func elements<Value>(
        _ name: String, limit: Int, _ read: (Tape, Int, String) throws(FeedError) -> Value
    ) throws(FeedError) -> [Value] {
        let node = try member(name, .array, "an array")
        var values: [Value] = []
        for child in tape.children(of: node) {
            guard values.count < limit else { throw FeedError(.limit, "\(path(name)): more than \(limit) elements") }
            values.append(try read(tape, child, "\(path(name))[\(values.count)]"))
        }
        return values
    }

    private func member(_ name: String, _ kind: Tape.Kind, _ what: String) throws(FeedError) -> Int {
        guard let node = members[name] else { throw fault(name, "is missing") }
        guard tape.nodes[node].kind == kind else { throw fault(name, "must be \(what)") }
        return node
    }

    private func path(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// The error of a member.
    func fault(_ name: String, _ what: String) -> FeedError { Self.fault(path(name), what) }

    static func fault(_ path: String, _ what: String) -> FeedError {
        FeedError(.unreadable, "\(path.isEmpty ? "the document" : path) \(what)")
    }

    /// Printable ASCII without blanks.
    static func checkedName(_ text: String, _ path: String) throws(FeedError) -> String {
        guard (1...ProfileLimits.nameBytes).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw fault(path, "must be ASCII without blanks, 1 to \(ProfileLimits.nameBytes) bytes") }
        return text
    }

    /// 64 hexadecimal digits in lower case.
    static func identity(_ text: String, _ path: String) throws(FeedError) -> ElementID {
        guard text.utf8.count == 64, text.utf8.allSatisfy({ !(0x41...0x5A).contains($0) }),
            let bytes = HexText.decode(text), let id = ElementID(bytes: bytes)
        else { throw fault(path, "must be 64 hexadecimal digits in lower case") }
        return id
    }

    /// An integer as it is written: no fraction, no exponent.
    private static func integer(
        _ tape: Tape, _ node: Int, _ path: String, in bounds: ClosedRange<Int>
    ) throws(FeedError) -> Int {
        guard tape.nodes[node].kind == .number, let number = Int(tape.text(node)), bounds.contains(number) else {
            throw fault(path, "must be an integer within its bounds")
        }
        return number
    }
}
