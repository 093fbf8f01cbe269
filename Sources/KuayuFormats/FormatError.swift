/// Why bytes were refused, and where.
///
/// The text for people is in ``message`` and ``help``; neither repeats anything from the document, because documents
/// hold personal data.
public struct FormatError: Error, Hashable, Sendable {
    /// What is wrong.
    ///
    /// Offsets inside are of the same buffer as ``FormatError/offset``.
    public enum Kind: Hashable, Sendable {
        // Limits.
        /// The document has more bytes than this.
        case tooLarge(limit: Int)
        /// Containers or elements are nested deeper than this; the root counts 1.
        case tooDeep(limit: Int)
        /// The document has more values or lines than this.
        case tooManyNodes(limit: Int)
        /// One text, name or number has more bytes than this.
        case textTooLong(limit: Int)
        /// An element has more attributes than this.
        case tooManyAttributes(limit: Int)

        // Encodings.
        /// Not UTF-8: a broken, overlong or surrogate sequence.
        case invalidUTF8
        /// Bytes that GB 18030-2022 gives no character.
        case invalidGB18030
        /// The document ends inside a character of GB 18030.
        case truncatedGB18030
        /// A four-byte character in a document that is declared GBK.
        case fourByteInGBK
        /// A character that the receiver's encoding does not have.
        case notInRepertoire(GB18030.Repertoire)
        /// Not a digit of Base64, wrong padding, or stray bits.
        case invalidBase64
        /// Not two hexadecimal digits.
        case invalidHex

        // JSON.
        /// A byte-order mark, which RFC 8259, 8.1 forbids.
        case jsonByteOrderMark
        /// Something else stands here.
        case jsonExpected(JSONToken)
        /// The document ends where this is needed.
        case jsonUnexpectedEnd(JSONToken)
        /// A member name for the second time; `first` is where the name was before.
        case jsonDuplicateKey(first: Int)
        /// Half of a surrogate pair as an escape.
        case jsonLoneSurrogate
        /// A backslash before something that RFC 8259, 7 does not list.
        case jsonInvalidEscape
        /// A control character inside a string.
        case jsonControlCharacter
        /// A number that RFC 8259, 6 does not allow.
        case jsonInvalidNumber
        /// Something after the end of the value.
        case jsonTrailingContent

        // Canonical JSON.
        /// A number that is no finite double, or an integer that changes when it becomes one.
        case numberNotExact

        // XML.
        /// A document type, which is never read.
        case xmlDoctype
        /// The end tag does not belong to the element that was opened at `opened`.
        case xmlMismatchedTag(opened: Int)
        /// The document ends inside the element that was opened at `opened`.
        case xmlUnclosedElement(opened: Int)
        /// Something else stands here, or the document ends.
        case xmlExpected(XMLToken)
        /// The document ends inside this, or the element does.
        case xmlUnterminated(XMLToken)
        /// An attribute for the second time; `first` is where it was before.
        case xmlDuplicateAttribute(first: Int)
        /// `<` inside an attribute value.
        case xmlLessThanInAttribute
        /// `]]>` outside of a CDATA section.
        case xmlCDATAEndInText
        /// `--` inside a comment.
        case xmlDoubleHyphen
        /// Text beside child elements.
        case xmlMixedContent
        /// Text, an element or a CDATA section outside of the root element.
        case xmlContentOutsideRoot
        /// `&` that is not one of the five predefined entities or a numeric reference.
        case xmlUnknownEntity
        /// A numeric reference to something that is no character of XML.
        case xmlInvalidReference
        /// A character that XML 1.0 does not allow.
        case xmlIllegalCharacter
        /// A name that XML or its namespaces do not allow.
        case xmlInvalidName
        /// A prefix that no `xmlns:` attribute declares.
        case xmlUndeclaredPrefix
        /// A declaration of `xml` or `xmlns`, or of an empty namespace for a prefix.
        case xmlReservedPrefix
        /// An XML declaration that is not at the very start.
        case xmlMisplacedDeclaration
        /// An XML declaration that is not well-formed.
        case xmlInvalidDeclaration
        /// A version of XML other than 1.0.
        case xmlUnsupportedVersion

        // Delimited text.
        /// A line with another number of fields.
        case delimitedColumnCount(expected: Int, found: Int)
        /// A quote that is never closed; the offset is where it opens.
        case delimitedUnclosedQuote
        /// Something between a closing quote and the next separator.
        case delimitedTextAfterQuote
        /// A quote inside a field that does not start with one.
        case delimitedStrayQuote
        /// An escape that the dialect does not have.
        case delimitedInvalidEscape
        /// A control character that the dialect cannot hold.
        case delimitedControlCharacter
    }

    /// What a JSON reader was looking for.
    public enum JSONToken: String, Hashable, Sendable {
        /// Any value.
        case value = "a value"
        /// A member name.
        case name = "a member name in double quotes"
        /// The colon after a member name.
        case colon = "a colon"
        /// What follows a member.
        case commaOrBrace = "a comma or a closing brace"
        /// What follows an element.
        case commaOrBracket = "a comma or a closing bracket"
        /// The end of a string.
        case closingQuote = "a closing double quote"
    }

    /// What an XML reader was looking for or is inside of.
    public enum XMLToken: String, Hashable, Sendable {
        /// The element that holds everything.
        case root = "a root element"
        /// A name of an element, attribute or instruction.
        case name = "a name"
        /// White space between attributes.
        case space = "white space"
        /// The equals sign of an attribute.
        case equals = "an equals sign"
        /// The value of an attribute in quotes.
        case attributeValue = "an attribute value in quotes"
        /// A start or end tag.
        case tag = "a tag"
        /// `>`.
        case tagEnd = "a closing angle bracket"
        /// A comment.
        case comment = "a comment"
        /// A CDATA section.
        case cdata = "a CDATA section"
        /// A processing instruction.
        case instruction = "a processing instruction"
    }

    /// What is wrong.
    public let kind: Kind
    /// Where, in bytes of the buffer that was parsed.
    public let offset: Int

    /// An error of this kind at this offset.
    public init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}
