import KuayuFormats
import KuayuModel

/// Reads the members of a value: every member must be there, and no other.
struct ReportDecoder: FieldCoder {
    private let tape: Tape
    private let index: Int
    private let path: String
    private var isRead: Set<Int> = []

    /// Reads one whole object.
    static func object<T: FieldCoded>(_ tape: Tape, _ index: Int, path: String) throws(ReportError) -> T {
        guard tape.nodes[index].kind == .object else { throw ReportError(place: path, reason: "an object is needed") }
        var decoder = ReportDecoder(tape: tape, index: index, path: path)
        var value = T.blank
        try value.code(&decoder)
        for child in tape.children(of: index) where !decoder.isRead.contains(child) {
            throw ReportError(place: decoder.place(tape.name(child)), reason: "a report has no such member")
        }
        return value
    }

    private init(tape: Tape, index: Int, path: String) {
        self.tape = tape
        self.index = index
        self.path = path
    }

    private func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    private mutating func member(_ name: String, _ kind: Tape.Kind, _ needed: String) throws(ReportError) -> Int {
        guard let found = try optionalMember(name, kind, needed) else {
            throw ReportError(place: place(name), reason: "\(needed) is needed")
        }
        return found
    }

    private mutating func optionalMember(
        _ name: String, _ kind: Tape.Kind, _ needed: String
    ) throws(ReportError) -> Int? {
        guard let found = tape.child(of: index, named: Array(name.utf8)) else {
            throw ReportError(place: place(name), reason: "is missing")
        }
        isRead.insert(found)
        if tape.nodes[found].kind == .null { return nil }
        guard tape.nodes[found].kind == kind else {
            throw ReportError(place: place(name), reason: "\(needed) is needed")
        }
        return found
    }

    mutating func text<T: TextCoded>(_ name: String, _ value: inout T, _ meaning: String) throws(ReportError) {
        value = try parse(name, try member(name, .text, "a text"))
    }

    mutating func text<T: TextCoded>(_ name: String, _ value: inout T?, _ meaning: String) throws(ReportError) {
        guard let found = try optionalMember(name, .text, "a text or null") else { return value = nil }
        let parsed: T = try parse(name, found)
        value = parsed
    }

    private func parse<T: TextCoded>(_ name: String, _ found: Int) throws(ReportError) -> T {
        guard let parsed = T(reportText: tape.text(found)) else {
            throw ReportError(place: place(name), reason: "this text is not allowed here")
        }
        return parsed
    }

    mutating func number(_ name: String, _ value: inout Int, _ meaning: String) throws(ReportError) {
        value = try integer(try member(name, .number, "a number"), place(name))
    }

    mutating func number(_ name: String, _ value: inout Int?, _ meaning: String) throws(ReportError) {
        guard let found = try optionalMember(name, .number, "a number or null") else { return value = nil }
        value = try integer(found, place(name))
    }

    private func integer(_ found: Int, _ place: String) throws(ReportError) -> Int {
        guard let number = Int(tape.text(found)), number >= 0 else {
            throw ReportError(place: place, reason: "a whole number from 0 is needed")
        }
        return number
    }

    mutating func numbers(
        _ name: String, _ value: inout [Int], count: Int, _ meaning: String
    ) throws(ReportError) {
        let found = try member(name, .array, "a list")
        var read: [Int] = []
        for child in tape.children(of: found) {
            guard tape.nodes[child].kind == .number else {
                throw ReportError(place: "\(place(name))[\(read.count)]", reason: "a number is needed")
            }
            read.append(try integer(child, "\(place(name))[\(read.count)]"))
        }
        guard read.count == count else { throw ReportError(place: place(name), reason: "\(count) numbers are needed") }
        value = read
    }

    mutating func flag(_ name: String, _ value: inout Bool, _ meaning: String) throws(ReportError) {
        value = tape.text(try member(name, .bool, "true or false")) == "true"
    }

    mutating func part<T: FieldCoded>(_ name: String, _ value: inout T, _ meaning: String) throws(ReportError) {
        value = try Self.object(tape, try member(name, .object, "an object"), path: place(name))
    }

    mutating func part<T: FieldCoded>(_ name: String, _ value: inout T?, _ meaning: String) throws(ReportError) {
        guard let found = try optionalMember(name, .object, "an object or null") else { return value = nil }
        let read: T = try Self.object(tape, found, path: place(name))
        value = read
    }

    mutating func list<T: FieldCoded>(_ name: String, _ value: inout [T], _ meaning: String) throws(ReportError) {
        let found = try member(name, .array, "a list")
        var read: [T] = []
        for child in tape.children(of: found) {
            read.append(try Self.object(tape, child, path: "\(place(name))[\(read.count)]"))
        }
        value = read
    }
}
