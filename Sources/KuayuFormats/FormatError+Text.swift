// English for people: one sentence that says what, one that says how to mend it. Never a value of the document.

extension FormatError {
    /// One sentence that says what is wrong.
    public var message: String {
        switch kind {
        case .tooLarge(let limit): "The document has more than \(limit) bytes."
        case .tooDeep(let limit): "Values are nested deeper than \(limit) levels."
        case .tooManyNodes(let limit): "The document has more than \(limit) values or lines."
        case .textTooLong(let limit): "A text, name or number has more than \(limit) bytes."
        case .tooManyAttributes(let limit): "The element has more than \(limit) attributes."
        case .invalidUTF8: "These bytes are not UTF-8."
        case .invalidGB18030: "These bytes are no character of GB 18030."
        case .truncatedGB18030: "The document ends inside a character of GB 18030."
        case .fourByteInGBK: "A four-byte character stands in a document that is declared GBK."
        case .notInRepertoire(.gb18030): "This character has no code in GB 18030."
        case .notInRepertoire(.gbk): "This character is not in the repertoire of GBK."
        case .invalidBase64: "This is not Base64."
        case .invalidHex: "This is not a pair of hexadecimal digits."
        case .numberNotExact: "A double-precision number cannot hold this number."
        default: documentMessage
        }
    }

    /// How to mend it.
    public var help: String {
        switch kind {
        case .tooLarge, .tooDeep, .tooManyNodes, .textTooLong, .tooManyAttributes:
            "Send less in one document, or raise the limit in the adapter if the document is meant to be so large."
        case .invalidUTF8: "Write the document in UTF-8, or declare the encoding that it is really written in."
        case .invalidGB18030, .truncatedGB18030:
            "Write the document in GB 18030-2022, or declare the encoding that it is really written in."
        case .fourByteInGBK: "Declare GB18030 instead of GBK, or leave the rare character out."
        case .notInRepertoire: "Deliver in UTF-8 or GB 18030, or declare that such cases are refused."
        case .invalidBase64: "Use the alphabet of RFC 4648, 4 with padding; allow line breaks where they are used."
        case .invalidHex: "Use an even number of the digits 0-9 and a-f."
        case .numberNotExact: "Write large numbers and ids as strings."
        default: documentHelp
        }
    }

    private var documentMessage: String {
        switch kind {
        case .jsonByteOrderMark: "The document starts with a byte-order mark, which JSON forbids."
        case .jsonExpected(let token): "Here stands something else than \(token.rawValue)."
        case .jsonUnexpectedEnd(let token): "The document ends where \(token.rawValue) is needed."
        case .jsonDuplicateKey: "The object has this member name twice."
        case .jsonLoneSurrogate: "An escape names half of a surrogate pair."
        case .jsonInvalidEscape: "JSON has no such escape."
        case .jsonControlCharacter: "A control character stands unescaped in a string."
        case .jsonInvalidNumber: "This is not a number as JSON writes it."
        case .jsonTrailingContent: "Something follows the end of the JSON value."
        case .delimitedColumnCount(let expected, let found):
            "The line has \(found) \(found == 1 ? "field" : "fields") instead of \(expected)."
        case .delimitedUnclosedQuote: "A quoted field is never closed."
        case .delimitedTextAfterQuote: "Something follows the closing quote of a field."
        case .delimitedStrayQuote: "A quote stands inside an unquoted field."
        case .delimitedInvalidEscape: "The dialect has no such escape."
        case .delimitedControlCharacter: "A control character stands in a field."
        default: xmlMessage
        }
    }

    private var documentHelp: String {
        switch kind {
        case .jsonByteOrderMark: "Write the document without the first three bytes EF BB BF."
        case .jsonExpected(.value): "Remove a trailing comma, or write the missing value."
        case .jsonExpected, .jsonUnexpectedEnd: "Check the brackets, commas and quotes; the document may be cut off."
        case .jsonDuplicateKey: "Remove or rename one of the two; readers disagree on which one counts."
        case .jsonLoneSurrogate: "Write both halves of the pair, or the character itself in UTF-8."
        case .jsonInvalidEscape: "Double a backslash that is meant as itself."
        case .jsonControlCharacter: "Write it as an escape such as \\n or \\u0000."
        case .jsonInvalidNumber: "Write digits without leading zeros or plus sign, or put the number into quotes."
        case .jsonTrailingContent: "Send one JSON value in one document."
        case .delimitedColumnCount: "Escape or quote separators that belong to a value, and write empty fields too."
        case .delimitedUnclosedQuote: "Close the quote, and double quotes that belong to the value."
        case .delimitedTextAfterQuote, .delimitedStrayQuote:
            "Put the whole field into quotes, and double quotes that belong to the value."
        case .delimitedInvalidEscape: "Double a backslash that is meant as itself."
        case .delimitedControlCharacter: "Remove it, or write a line break the way the dialect escapes it."
        default: xmlHelp
        }
    }

    private var xmlMessage: String {
        switch kind {
        case .xmlDoctype: "The document has a document type (DOCTYPE), which is never read."
        case .xmlMismatchedTag: "The end tag does not match the element that is open here."
        case .xmlUnclosedElement: "The document ends while an element is still open."
        case .xmlExpected(let token): "Here stands something else than \(token.rawValue)."
        case .xmlUnterminated(let token): "The document ends inside \(token.rawValue)."
        case .xmlDuplicateAttribute: "The element has this attribute twice."
        case .xmlLessThanInAttribute: "An attribute value holds an opening angle bracket."
        case .xmlCDATAEndInText: "The sequence ]]> stands in text outside of a CDATA section."
        case .xmlDoubleHyphen: "A comment holds two hyphens in a row."
        case .xmlMixedContent: "Text stands beside child elements."
        case .xmlContentOutsideRoot: "Something stands outside of the root element."
        case .xmlUnknownEntity: "An ampersand starts no entity that XML itself defines."
        case .xmlInvalidReference: "A numeric reference names no character of XML."
        case .xmlIllegalCharacter: "XML does not allow this character."
        case .xmlInvalidName: "XML does not allow this name."
        case .xmlUndeclaredPrefix: "The namespace prefix is not declared."
        case .xmlReservedPrefix: "This namespace declaration is not allowed."
        case .xmlMisplacedDeclaration: "The XML declaration is not at the very start of the document."
        case .xmlInvalidDeclaration: "The XML declaration is not well-formed."
        case .xmlUnsupportedVersion: "The document is not XML 1.0."
        default: "The document is not well-formed."
        }
    }

    private var xmlHelp: String {
        switch kind {
        case .xmlDoctype: "Remove the DOCTYPE; write characters as themselves or as numeric references."
        case .xmlMismatchedTag: "Close the elements in the reverse order of their opening; letter case counts."
        case .xmlUnclosedElement, .xmlUnterminated: "Close it; the document may be cut off."
        case .xmlDuplicateAttribute: "Remove or rename one of the two."
        case .xmlLessThanInAttribute: "Write it as &lt;."
        case .xmlCDATAEndInText: "Write its last character as &gt;."
        case .xmlDoubleHyphen: "Use single hyphens in comments."
        case .xmlMixedContent: "Move the text into an element of its own, or remove the stray characters."
        case .xmlContentOutsideRoot, .xmlExpected(.root): "Send one document with exactly one root element."
        case .xmlUnknownEntity: "Write an ampersand that is meant as itself as &amp;."
        case .xmlInvalidReference, .xmlIllegalCharacter: "Remove the character; XML cannot carry it in any form."
        case .xmlInvalidName: "Start names with a letter, and use a colon only after a declared prefix."
        case .xmlUndeclaredPrefix: "Declare the prefix with an xmlns attribute on this element or around it."
        case .xmlReservedPrefix: "Give the prefix a namespace, and leave xml and xmlns alone."
        case .xmlMisplacedDeclaration: "Remove what stands before it; each document has a single declaration."
        case .xmlInvalidDeclaration: "Write version, encoding and standalone in this order, in quotes."
        case .xmlUnsupportedVersion: "Write version=\"1.0\"."
        default: "Check the tags, quotes and angle brackets."
        }
    }
}
