import KuayuFormats

/// A document of a region as its own system holds it: names and texts in order, nothing canonical.
///
/// The simulated hubs use it in place of the adapters, so that both ends of an exchange do not share their mistakes.
indirect enum LocalTree: Hashable, Sendable {
    case object([Member])
    case array([LocalTree])
    case text(String)
    case number(String)
    case bool(Bool)
    case null

    struct Member: Hashable, Sendable {
        var name: String
        var value: LocalTree
    }

    /// The document behind a node of a tape.
    init(_ tape: Tape, _ index: Int = 0) {
        switch tape.nodes[index].kind {
        case .object:
            self = .object(tape.children(of: index).map { Member(name: tape.name($0), value: LocalTree(tape, $0)) })
        case .array: self = .array(tape.children(of: index).map { LocalTree(tape, $0) })
        case .text: self = .text(tape.text(index))
        case .number: self = .number(tape.text(index))
        case .bool: self = .bool(tape.text(index) == "true")
        case .null: self = .null
        }
    }

    /// The text of a leaf; nil for anything else.
    var text: String? {
        switch self {
        case .text(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .object, .array, .null: nil
        }
    }

    /// The member of this name: of repeated names the first.
    subscript(name: String) -> LocalTree? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.name == name }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            if let index = members.firstIndex(where: { $0.name == name }) {
                if let newValue { members[index].value = newValue } else { members.remove(at: index) }
            } else if let newValue {
                members.append(Member(name: name, value: newValue))
            }
            self = .object(members)
        }
    }

    /// The tree at a `/`-separated path.
    func at(_ path: String) -> LocalTree? {
        path.split(separator: "/").reduce(Optional(self)) { $0?[String($1)] }
    }

    /// Sets the leaf at a path, making what is missing on the way.
    mutating func set(_ path: String, _ value: LocalTree) {
        let parts = path.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            self[path] = value
            return
        }
        var inner = self[parts[0]] ?? .object([])
        inner.set(parts[1], value)
        self[parts[0]] = inner
    }

    /// Every member of this name, for repeated elements.
    func all(_ name: String) -> [LocalTree] {
        guard case .object(let members) = self else { return [] }
        return members.filter { $0.name == name }.map(\.value)
    }

    /// Changes every member of this name in place.
    mutating func change(_ name: String, _ body: (inout LocalTree) -> Void) {
        guard case .object(var members) = self else { return }
        for index in members.indices where members[index].name == name { body(&members[index].value) }
        self = .object(members)
    }

    /// Appends a member, even if one of its name is there.
    mutating func append(_ name: String, _ value: LocalTree) {
        guard case .object(var members) = self else { return }
        members.append(Member(name: name, value: value))
        self = .object(members)
    }

    /// The elements of an array.
    var elements: [LocalTree] { if case .array(let list) = self { list } else { [] } }

    // MARK: writing

    /// JSON text.
    func json(into out: inout [UInt8]) {
        switch self {
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                CanonicalJSON.appendString(member.name, to: &out)
                out.append(UInt8(ascii: ":"))
                member.value.json(into: &out)
            }
            out.append(UInt8(ascii: "}"))
        case .array(let list):
            out.append(UInt8(ascii: "["))
            for (index, item) in list.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                item.json(into: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .text(let text): CanonicalJSON.appendString(text, to: &out)
        case .number(let text): out += Array(text.utf8)
        case .bool(let value): out += Array((value ? "true" : "false").utf8)
        case .null: out += Array("null".utf8)
        }
    }

    /// JSON text, whole.
    var json: [UInt8] {
        var out: [UInt8] = []
        json(into: &out)
        return out
    }

    /// One XML element of this name.
    func xml(_ name: String, into out: inout [UInt8]) {
        switch self {
        case .object(let members):
            out += Array("<\(name)>".utf8)
            for member in members { member.value.xml(member.name, into: &out) }
            out += Array("</\(name)>".utf8)
        case .array(let list): for item in list { item.xml(name, into: &out) }
        default:
            let text = self.text ?? ""
            out += Array((text.isEmpty ? "<\(name)/>" : "<\(name)>\(Self.escaped(text))</\(name)>").utf8)
        }
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
