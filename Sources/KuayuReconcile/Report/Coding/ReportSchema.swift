import KuayuFormats
import KuayuModel

/// The published schema of a report, JSON Schema 2020-12, made from the members that are written and read.
public enum ReportSchema {
    /// The document, on lines.
    public static func document() -> [UInt8] {
        var coder = SchemaCoder(writer: JSONWriter(capacity: 1 << 15))
        coder.writer.beginObject()
        coder.pair("$schema", "https://json-schema.org/draft/2020-12/schema")
        coder.pair("$id", "urn:kuayu:schema:recon-report:v1")
        coder.pair("title", "\(ReconReport.schema) 对账报告")
        coder.pair(
            "description",
            "What reconciliation found in one period. Every member always stands; null where there is nothing. "
                + "Times are at +08:00 to the second. No personal data of applicants.")
        coder.object(ReconReport.self)
        coder.writer.endObject()
        return JSONLayout.lines(coder.writer.bytes)
    }
}

/// Writes what may stand in the members of a value.
private struct SchemaCoder: FieldCoder {
    var writer: JSONWriter
    private var names: [String] = []

    init(writer: JSONWriter) { self.writer = writer }

    mutating func pair(_ name: String, _ value: String) {
        writer.name(name)
        writer.string(value)
    }

    /// The members of an object that is open.
    mutating func object<T: FieldCoded>(_ type: T.Type) {
        let outer = names
        names = []
        pair("type", "object")
        writer.name("properties")
        writer.beginObject()
        var blank = T.blank
        // A schema refuses nothing.
        try? blank.code(&self)
        writer.endObject()
        writer.name("required")
        writer.beginArray()
        for name in names { writer.string(name) }
        writer.endArray()
        writer.name("additionalProperties")
        writer.bool(false)
        names = outer
    }

    private mutating func member(_ name: String, _ meaning: String, _ body: (inout SchemaCoder) -> Void) {
        names.append(name)
        writer.name(name)
        writer.beginObject()
        pair("description", meaning)
        body(&self)
        writer.endObject()
    }

    private mutating func type(_ name: String, orNull: Bool) {
        guard orNull else { return pair("type", name) }
        writer.name("type")
        writer.beginArray()
        writer.string(name)
        writer.string("null")
        writer.endArray()
    }

    private mutating func text(_ name: String, _ shape: TextShape, orNull: Bool, _ meaning: String) {
        member(name, meaning) { coder in
            switch shape {
            case .any: coder.type("string", orNull: orNull)
            case .pattern(let pattern):
                coder.type("string", orNull: orNull)
                coder.pair("pattern", pattern)
            case .choice(let texts):
                coder.writer.name("enum")
                coder.writer.beginArray()
                for text in texts { coder.writer.string(text) }
                if orNull { coder.writer.null() }
                coder.writer.endArray()
            }
        }
    }

    mutating func text<T: TextCoded>(_ name: String, _ value: inout T, _ meaning: String) {
        text(name, T.shape, orNull: false, meaning)
    }

    mutating func text<T: TextCoded>(_ name: String, _ value: inout T?, _ meaning: String) {
        text(name, T.shape, orNull: true, meaning)
    }

    private mutating func number(_ name: String, orNull: Bool, _ meaning: String) {
        member(name, meaning) { coder in
            coder.type("integer", orNull: orNull)
            coder.writer.name("minimum")
            coder.writer.integer(0)
        }
    }

    mutating func number(_ name: String, _ value: inout Int, _ meaning: String) {
        number(name, orNull: false, meaning)
    }

    mutating func number(_ name: String, _ value: inout Int?, _ meaning: String) { number(name, orNull: true, meaning) }

    mutating func numbers(_ name: String, _ value: inout [Int], count: Int, _ meaning: String) {
        member(name, meaning) { coder in
            coder.pair("type", "array")
            coder.writer.name("items")
            coder.writer.beginObject()
            coder.pair("type", "integer")
            coder.writer.name("minimum")
            coder.writer.integer(0)
            coder.writer.endObject()
            for limit in ["minItems", "maxItems"] {
                coder.writer.name(limit)
                coder.writer.integer(count)
            }
        }
    }

    mutating func flag(_ name: String, _ value: inout Bool, _ meaning: String) {
        member(name, meaning) { $0.pair("type", "boolean") }
    }

    mutating func part<T: FieldCoded>(_ name: String, _ value: inout T, _ meaning: String) {
        member(name, meaning) { $0.object(T.self) }
    }

    mutating func part<T: FieldCoded>(_ name: String, _ value: inout T?, _ meaning: String) {
        member(name, meaning) { coder in
            coder.writer.name("anyOf")
            coder.writer.beginArray()
            coder.writer.beginObject()
            coder.pair("type", "null")
            coder.writer.endObject()
            coder.writer.beginObject()
            coder.object(T.self)
            coder.writer.endObject()
            coder.writer.endArray()
        }
    }

    mutating func list<T: FieldCoded>(_ name: String, _ value: inout [T], _ meaning: String) {
        member(name, meaning) { coder in
            coder.pair("type", "array")
            coder.writer.name("items")
            coder.writer.beginObject()
            coder.object(T.self)
            coder.writer.endObject()
        }
    }
}
