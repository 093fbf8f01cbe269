import KuayuFormats
import KuayuModel

/// Why a stored record cannot be read back.
public enum RecordCodingError: Error, Hashable, Sendable {
    /// Not JSON.
    case unreadable
    /// This member is missing, is of another type, or has a value that it cannot have.
    case member(String)
    /// A member that no record has.
    case unknown(String)
}

/// Writes the members of a record as a JSON object; what is nil is left out.
struct RecordWriter {
    private var json: JSONWriter

    /// The bytes of one record.
    static func encode(_ body: (inout RecordWriter) -> Void) -> [UInt8] {
        var writer = RecordWriter(json: JSONWriter())
        writer.json.beginObject()
        body(&writer)
        writer.json.endObject()
        return writer.json.bytes
    }

    mutating func text(_ name: String, _ value: String?) {
        guard let value else { return }
        json.name(name)
        json.string(value)
    }

    mutating func number(_ name: String, _ value: (some FixedWidthInteger)?) {
        guard let value else { return }
        json.name(name)
        json.number(literal: String(value))
    }

    mutating func bool(_ name: String, _ value: Bool) {
        json.name(name)
        json.bool(value)
    }

    mutating func instant(_ name: String, _ value: Instant?) { number(name, value?.epochMilliseconds) }

    mutating func date(_ name: String, _ value: CalendarDate?) { text(name, value?.text) }

    mutating func object<Value>(_ name: String, _ value: Value?, _ body: (inout RecordWriter, Value) -> Void) {
        guard let value else { return }
        json.name(name)
        json.beginObject()
        body(&self, value)
        json.endObject()
    }

    mutating func objects<Value>(_ name: String, _ values: [Value], _ body: (inout RecordWriter, Value) -> Void) {
        json.name(name)
        json.beginArray()
        for value in values {
            json.beginObject()
            body(&self, value)
            json.endObject()
        }
        json.endArray()
    }
}

/// Reads the members of a record, each once; what is left at the end is refused.
struct RecordReader {
    private let tape: Tape
    /// Members that nobody asked for yet, by name.
    private var members: [String: Int] = [:]

    private init(_ tape: Tape, _ node: Int, _ name: String) throws(RecordCodingError) {
        guard tape.nodes[node].kind == .object else { throw .member(name) }
        self.tape = tape
        for child in tape.children(of: node) { members[tape.name(child)] = child }
    }

    /// Reads one record to its end.
    static func decode<Value>(
        _ bytes: [UInt8], _ body: (inout RecordReader) throws(RecordCodingError) -> Value
    ) throws(RecordCodingError) -> Value {
        let limits = FormatLimits(bytes: 1 << 28, nodes: 1 << 24)
        guard let tape = try? JSONReader.read(bytes, limits: limits), !tape.nodes.isEmpty else { throw .unreadable }
        return try whole(tape, 0, "", body)
    }

    private static func whole<Value>(
        _ tape: Tape, _ node: Int, _ name: String, _ body: (inout RecordReader) throws(RecordCodingError) -> Value
    ) throws(RecordCodingError) -> Value {
        var reader = try RecordReader(tape, node, name)
        let value = try body(&reader)
        if let left = reader.members.keys.min() { throw .unknown(left) }
        return value
    }

    private mutating func node(_ name: String, _ kind: Tape.Kind) throws(RecordCodingError) -> Int? {
        guard let node = members.removeValue(forKey: name) else { return nil }
        guard tape.nodes[node].kind == kind else { throw .member(name) }
        return node
    }

    /// What must be there.
    private func need<Value>(_ name: String, _ value: Value?) throws(RecordCodingError) -> Value {
        guard let value else { throw .member(name) }
        return value
    }

    mutating func textIfPresent(_ name: String) throws(RecordCodingError) -> String? {
        try node(name, .text).map { tape.text($0) }
    }

    mutating func text(_ name: String) throws(RecordCodingError) -> String { try need(name, textIfPresent(name)) }

    /// A text that stands for a value.
    mutating func value<Value>(_ name: String, _ make: (String) -> Value?) throws(RecordCodingError) -> Value {
        try need(name, make(try text(name)))
    }

    mutating func valueIfPresent<Value>(
        _ name: String, _ make: (String) -> Value?
    ) throws(RecordCodingError) -> Value? {
        guard let text = try textIfPresent(name) else { return nil }
        return try need(name, make(text))
    }

    mutating func numberIfPresent<Number: FixedWidthInteger>(
        _ name: String, as: Number.Type = Number.self
    ) throws(RecordCodingError) -> Number? {
        guard let node = try node(name, .number) else { return nil }
        return try need(name, Number(tape.text(node)))
    }

    mutating func number<Number: FixedWidthInteger>(
        _ name: String, as: Number.Type = Number.self
    ) throws(RecordCodingError) -> Number {
        try need(name, try numberIfPresent(name))
    }

    mutating func bool(_ name: String) throws(RecordCodingError) -> Bool {
        let node = try need(name, try node(name, .bool))
        return tape.text(node) == "true"
    }

    mutating func instantIfPresent(_ name: String) throws(RecordCodingError) -> Instant? {
        try numberIfPresent(name, as: Int64.self).map { Instant(epochMilliseconds: $0) }
    }

    mutating func instant(_ name: String) throws(RecordCodingError) -> Instant {
        try need(name, try instantIfPresent(name))
    }

    mutating func dateIfPresent(_ name: String) throws(RecordCodingError) -> CalendarDate? {
        try valueIfPresent(name) { CalendarDate($0) }
    }

    mutating func objectIfPresent<Value>(
        _ name: String, _ body: (inout RecordReader) throws(RecordCodingError) -> Value
    ) throws(RecordCodingError) -> Value? {
        guard let node = try node(name, .object) else { return nil }
        return try Self.whole(tape, node, name, body)
    }

    mutating func object<Value>(
        _ name: String, _ body: (inout RecordReader) throws(RecordCodingError) -> Value
    ) throws(RecordCodingError) -> Value {
        try need(name, try objectIfPresent(name, body))
    }

    mutating func objects<Value>(
        _ name: String, _ body: (inout RecordReader) throws(RecordCodingError) -> Value
    ) throws(RecordCodingError) -> [Value] {
        let array = try need(name, try node(name, .array))
        var values: [Value] = []
        for child in tape.children(of: array) { values.append(try Self.whole(tape, child, name, body)) }
        return values
    }
}
