import KuayuFormats
import KuayuModel

/// Writes the members of a value.
struct ReportEncoder: FieldCoder {
    var writer: JSONWriter

    /// Any value with members as an object.
    static func object(_ value: some FieldCoded, capacity: Int = 1024) -> [UInt8] {
        var encoder = ReportEncoder(writer: JSONWriter(capacity: capacity))
        encoder.object(value)
        return encoder.writer.bytes
    }

    private mutating func object<T: FieldCoded>(_ value: T) {
        var copy = value
        writer.beginObject()
        // Writing refuses nothing.
        try? copy.code(&self)
        writer.endObject()
    }

    mutating func text<T: TextCoded>(_ name: String, _ value: inout T, _ meaning: String) {
        writer.name(name)
        writer.string(value.reportText)
    }

    mutating func text<T: TextCoded>(_ name: String, _ value: inout T?, _ meaning: String) {
        writer.name(name)
        if let value { writer.string(value.reportText) } else { writer.null() }
    }

    mutating func number(_ name: String, _ value: inout Int, _ meaning: String) {
        writer.name(name)
        writer.integer(value)
    }

    mutating func number(_ name: String, _ value: inout Int?, _ meaning: String) {
        writer.name(name)
        if let value { writer.integer(value) } else { writer.null() }
    }

    mutating func numbers(_ name: String, _ value: inout [Int], count: Int, _ meaning: String) {
        writer.name(name)
        writer.beginArray()
        for number in value { writer.integer(number) }
        writer.endArray()
    }

    mutating func flag(_ name: String, _ value: inout Bool, _ meaning: String) {
        writer.name(name)
        writer.bool(value)
    }

    mutating func part<T: FieldCoded>(_ name: String, _ value: inout T, _ meaning: String) {
        writer.name(name)
        object(value)
    }

    mutating func part<T: FieldCoded>(_ name: String, _ value: inout T?, _ meaning: String) {
        writer.name(name)
        if let value { object(value) } else { writer.null() }
    }

    mutating func list<T: FieldCoded>(_ name: String, _ value: inout [T], _ meaning: String) {
        writer.name(name)
        writer.beginArray()
        for element in value { object(element) }
        writer.endArray()
    }
}
