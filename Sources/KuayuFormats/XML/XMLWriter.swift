/// Writes XML, one append after the other, without indentation.
///
/// An element without content is closed in its tag.
///
/// The calls must form a document: attributes directly behind the start of their element, every element closed, names
/// that are names. A wrong order is a programmer's error and stops the program.
public struct XMLWriter: Sendable {
    /// What is written so far.
    public private(set) var bytes: [UInt8]
    private var open: [[UInt8]] = []
    /// Whether the `>` of the last start tag is still to come.
    private var isInTag = false

    /// An empty writer with room for so many bytes.
    public init(capacity: Int = 1024) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Writes the XML declaration; it comes first.
    public mutating func declaration(encoding: String) {
        bytes.append(contentsOf: "<?xml version=\"1.0\" encoding=\"\(encoding)\"?>".utf8)
    }

    /// Starts an element.
    public mutating func open(_ name: String) { open(Array(name.utf8)) }

    /// Starts an element whose name is given as UTF-8.
    public mutating func open(_ name: [UInt8]) {
        endTag()
        bytes.append(Ascii.less)
        bytes.append(contentsOf: name)
        open.append(name)
        isInTag = true
    }

    /// Writes an attribute of the element that was just started.
    ///
    /// - Throws: ``FormatError`` at a character that XML does not allow; the offset is one of `value`.
    public mutating func attribute(_ name: String, _ value: String) throws(FormatError) {
        try attribute(Array(name.utf8), Array(value.utf8)[...])
    }

    /// Writes an attribute whose name and value are given as UTF-8.
    public mutating func attribute(_ name: [UInt8], _ value: ArraySlice<UInt8>) throws(FormatError) {
        precondition(isInTag, "an attribute stands directly behind the start of its element")
        bytes.append(Ascii.space)
        bytes.append(contentsOf: name)
        bytes.append(Ascii.equals)
        bytes.append(Ascii.quote)
        try escape(value, isAttribute: true)
        bytes.append(Ascii.quote)
    }

    /// Writes characters.
    ///
    /// - Throws: ``FormatError`` at a character that XML does not allow; the offset is one of `text`.
    public mutating func text(_ text: String) throws(FormatError) { try self.text(Array(text.utf8)[...]) }

    /// Writes characters, given as UTF-8.
    public mutating func text(_ utf8: ArraySlice<UInt8>) throws(FormatError) {
        if utf8.isEmpty { return }
        endTag()
        try escape(utf8, isAttribute: false)
    }

    /// Writes characters as a CDATA section, as several ones where they hold `]]>`.
    ///
    /// A reader makes every line end in it LF, so CR does not survive.
    public mutating func cdata(_ utf8: ArraySlice<UInt8>) throws(FormatError) {
        try Self.check(utf8)
        endTag()
        bytes.append(contentsOf: "<![CDATA[".utf8)
        var brackets = 0
        for byte in utf8 {
            if byte == Ascii.greater && brackets >= 2 { bytes.append(contentsOf: "]]><![CDATA[".utf8) }
            brackets = byte == Ascii.closeBracket ? brackets + 1 : 0
            bytes.append(byte)
        }
        bytes.append(contentsOf: "]]>".utf8)
    }

    /// Ends the element that is open.
    public mutating func close() {
        precondition(!open.isEmpty, "no element is open")
        let name = open.removeLast()
        if isInTag {
            bytes.append(Ascii.slash)
            bytes.append(Ascii.greater)
            isInTag = false
            return
        }
        bytes.append(Ascii.less)
        bytes.append(Ascii.slash)
        bytes.append(contentsOf: name)
        bytes.append(Ascii.greater)
    }

    /// Writes an element without content.
    public mutating func empty(_ name: String) {
        open(name)
        close()
    }

    /// Writes an element that holds only text.
    public mutating func element(_ name: String, _ text: String) throws(FormatError) {
        open(name)
        try self.text(text)
        close()
    }

    /// Writes XML that is well-formed already, unchecked.
    public mutating func raw(_ xml: ArraySlice<UInt8>) {
        if xml.isEmpty { return }
        endTag()
        bytes.append(contentsOf: xml)
    }

    private mutating func endTag() {
        if isInTag { bytes.append(Ascii.greater) }
        isInTag = false
    }

    private mutating func escape(_ utf8: ArraySlice<UInt8>, isAttribute: Bool) throws(FormatError) {
        try Self.check(utf8)
        var start = utf8.startIndex
        for at in utf8.indices {
            let reference: String
            switch utf8[at] {
            case Ascii.ampersand: reference = "&amp;"
            case Ascii.less: reference = "&lt;"
            case Ascii.greater: reference = "&gt;"
            case Ascii.carriageReturn: reference = "&#13;"
            case Ascii.quote where isAttribute: reference = "&quot;"
            case Ascii.tab where isAttribute: reference = "&#9;"
            case Ascii.lineFeed where isAttribute: reference = "&#10;"
            default: continue
            }
            bytes.append(contentsOf: utf8[start..<at])
            bytes.append(contentsOf: reference.utf8)
            start = at + 1
        }
        bytes.append(contentsOf: utf8[start...])
    }

    /// Refuses what no XML document can hold.
    private static func check(_ utf8: ArraySlice<UInt8>) throws(FormatError) {
        let view = utf8.span
        var at = 0
        while at < view.count {
            if view[at] >= Ascii.space && view[at] < 0x80 {
                at += 1
            } else {
                at = try XMLParser.skipCharacter(view, at)
            }
        }
    }
}
