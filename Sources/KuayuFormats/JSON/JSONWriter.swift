/// Writes JSON, one append after the other.
///
/// Commas and colons come by themselves.
///
/// The calls must form a document: a name before each member, every container closed. A wrong order is a programmer's
/// error and stops the program.
public struct JSONWriter: Sendable {
    private enum Place: Sendable { case object, array, value }

    /// What is written so far.
    public private(set) var bytes: [UInt8]
    /// The containers that are open; `value` on top means a name was written and waits for its value.
    private var places: [Place] = []
    private var needsComma = false

    /// An empty writer with room for so many bytes.
    public init(capacity: Int = 1024) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Starts an object.
    public mutating func beginObject() { begin(.object, Ascii.openBrace) }

    /// Ends the object.
    public mutating func endObject() { end(.object, Ascii.closeBrace) }

    /// Starts an array.
    public mutating func beginArray() { begin(.array, Ascii.openBracket) }

    /// Ends the array.
    public mutating func endArray() { end(.array, Ascii.closeBracket) }

    /// Writes the name of the next member.
    public mutating func name(_ name: String) { self.name(Array(name.utf8)[...]) }

    /// Writes the name of the next member, given as UTF-8.
    public mutating func name(_ utf8: ArraySlice<UInt8>) {
        precondition(places.last == .object, "a name stands in an object only")
        if needsComma { bytes.append(Ascii.comma) }
        CanonicalJSON.appendString(utf8, to: &bytes)
        bytes.append(Ascii.colon)
        places.append(.value)
        needsComma = false
    }

    /// Writes a string.
    public mutating func string(_ string: String) { self.string(Array(string.utf8)[...]) }

    /// Writes a string, given as UTF-8.
    public mutating func string(_ utf8: ArraySlice<UInt8>) {
        willWrite()
        CanonicalJSON.appendString(utf8, to: &bytes)
        didWrite()
    }

    /// Writes an integer.
    public mutating func integer(_ value: Int) { raw(Array(String(value).utf8)[...]) }

    /// Writes a number as it is spelled; it must be one by RFC 8259, 6.
    public mutating func number(literal: String) { raw(Array(literal.utf8)[...]) }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) { raw(Array((value ? "true" : "false").utf8)[...]) }

    /// Writes `null`.
    public mutating func null() { raw(Array("null".utf8)[...]) }

    /// Writes a value that is JSON already, unchecked.
    public mutating func raw(_ json: ArraySlice<UInt8>) {
        willWrite()
        bytes.append(contentsOf: json)
        didWrite()
    }

    private mutating func begin(_ place: Place, _ bracket: UInt8) {
        willWrite()
        bytes.append(bracket)
        places.append(place)
        needsComma = false
    }

    private mutating func end(_ place: Place, _ bracket: UInt8) {
        precondition(places.last == place, "this container is not the one that is open")
        places.removeLast()
        bytes.append(bracket)
        didWrite()
    }

    private mutating func willWrite() {
        precondition(places.last != .object, "a value in an object needs a name")
        if needsComma { bytes.append(Ascii.comma) }
    }

    private mutating func didWrite() {
        if places.last == .value { places.removeLast() }
        needsComma = true
    }
}
