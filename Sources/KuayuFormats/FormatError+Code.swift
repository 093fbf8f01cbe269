// Codes, kept stable: they stand in stored issues, golden files and the documentation.

extension FormatError {
    /// A stable code such as `json.duplicate-key`.
    public var code: String {
        switch kind {
        case .tooLarge: "limit.bytes"
        case .tooDeep: "limit.depth"
        case .tooManyNodes: "limit.nodes"
        case .textTooLong: "limit.text"
        case .tooManyAttributes: "limit.attributes"
        case .invalidUTF8: "utf8.invalid"
        case .invalidGB18030: "gb18030.invalid"
        case .truncatedGB18030: "gb18030.truncated"
        case .fourByteInGBK: "gbk.four-byte"
        case .notInRepertoire(.gb18030): "gb18030.not-in-repertoire"
        case .notInRepertoire(.gbk): "gbk.not-in-repertoire"
        case .invalidBase64: "base64.invalid"
        case .invalidHex: "hex.invalid"
        case .numberNotExact: "canonical.number"
        default: documentCode
        }
    }

    private var documentCode: String {
        switch kind {
        case .jsonByteOrderMark: "json.byte-order-mark"
        case .jsonExpected: "json.expected"
        case .jsonUnexpectedEnd: "json.unexpected-end"
        case .jsonDuplicateKey: "json.duplicate-key"
        case .jsonLoneSurrogate: "json.lone-surrogate"
        case .jsonInvalidEscape: "json.escape"
        case .jsonControlCharacter: "json.control-character"
        case .jsonInvalidNumber: "json.number"
        case .jsonTrailingContent: "json.trailing-content"
        case .delimitedColumnCount: "delimited.column-count"
        case .delimitedUnclosedQuote: "delimited.unclosed-quote"
        case .delimitedTextAfterQuote: "delimited.text-after-quote"
        case .delimitedStrayQuote: "delimited.stray-quote"
        case .delimitedInvalidEscape: "delimited.escape"
        case .delimitedControlCharacter: "delimited.control-character"
        default: xmlCode
        }
    }

    private var xmlCode: String {
        switch kind {
        case .xmlDoctype: "xml.doctype"
        case .xmlMismatchedTag: "xml.mismatched-tag"
        case .xmlUnclosedElement: "xml.unclosed-element"
        case .xmlExpected: "xml.expected"
        case .xmlUnterminated: "xml.unterminated"
        case .xmlDuplicateAttribute: "xml.duplicate-attribute"
        case .xmlLessThanInAttribute: "xml.less-than-in-attribute"
        case .xmlCDATAEndInText: "xml.cdata-end-in-text"
        case .xmlDoubleHyphen: "xml.double-hyphen"
        case .xmlMixedContent: "xml.mixed-content"
        case .xmlContentOutsideRoot: "xml.content-outside-root"
        case .xmlUnknownEntity: "xml.entity"
        case .xmlInvalidReference: "xml.character-reference"
        case .xmlIllegalCharacter: "xml.illegal-character"
        case .xmlInvalidName: "xml.name"
        case .xmlUndeclaredPrefix: "xml.undeclared-prefix"
        case .xmlReservedPrefix: "xml.reserved-prefix"
        case .xmlMisplacedDeclaration: "xml.misplaced-declaration"
        case .xmlInvalidDeclaration: "xml.declaration"
        case .xmlUnsupportedVersion: "xml.version"
        default: "unknown"
        }
    }
}
