import KuayuFormats

/// One object of an archive's lists: canonical JSON (RFC 8785), members sorted, what is absent left out.
struct ArchiveLine {
    private var members: [(name: String, json: [UInt8])] = []

    mutating func add(_ name: String, _ text: String?) {
        guard let text, !text.isEmpty else { return }
        var json: [UInt8] = []
        CanonicalJSON.appendString(text, to: &json)
        members.append((name, json))
    }

    mutating func add(_ name: String, _ number: Int64?) {
        if let number { members.append((name, Array(String(number).utf8))) }
    }

    mutating func add(_ name: String, _ number: Int?) { add(name, number.map(Int64.init)) }

    mutating func add(_ name: String, _ lines: [ArchiveLine]) {
        if lines.isEmpty { return }
        members.append((name, Array("[".utf8) + lines.map(\.json).joined(separator: [0x2C]) + Array("]".utf8)))
    }

    mutating func add(_ name: String, _ line: ArchiveLine) {
        if !line.members.isEmpty { members.append((name, line.json)) }
    }

    /// The object; names are ASCII, so that the order of bytes is that of RFC 8785.
    var json: [UInt8] {
        var out = Array("{".utf8)
        for (index, member) in members.sorted(by: { $0.name < $1.name }).enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            CanonicalJSON.appendString(member.name, to: &out)
            out.append(UInt8(ascii: ":"))
            out += member.json
        }
        return out + [UInt8(ascii: "}")]
    }
}

/// An object of an archive, read again: its members by name.
struct ArchiveEntry {
    private let tape: Tape

    /// Reads one object; nil for anything else.
    init?(_ bytes: some Sequence<UInt8>) {
        guard let tape = try? JSONReader.read(Array(bytes)), tape.nodes[0].kind == .object else { return nil }
        self.tape = tape
    }

    /// The text of a member, numbers as they are written.
    subscript(name: String) -> String? { tape.child(of: 0, named: Array(name.utf8)).map { tape.text($0) } }

    func number(_ name: String) -> Int? { self[name].flatMap { Int($0) } }
}
