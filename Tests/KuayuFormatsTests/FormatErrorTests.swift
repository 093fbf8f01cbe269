import KuayuFormats
import Testing

@Suite struct FormatErrorTests {
    static let kinds: [FormatError.Kind] = [
        .tooLarge(limit: 7), .tooDeep(limit: 7), .tooManyNodes(limit: 7), .textTooLong(limit: 7),
        .tooManyAttributes(limit: 7), .invalidUTF8, .invalidGB18030, .truncatedGB18030, .fourByteInGBK,
        .notInRepertoire(.gb18030), .notInRepertoire(.gbk), .invalidBase64, .invalidHex, .jsonByteOrderMark,
        .jsonExpected(.value), .jsonUnexpectedEnd(.colon), .jsonDuplicateKey(first: 0), .jsonLoneSurrogate,
        .jsonInvalidEscape, .jsonControlCharacter, .jsonInvalidNumber, .jsonTrailingContent, .numberNotExact,
        .xmlDoctype, .xmlMismatchedTag(opened: 0), .xmlUnclosedElement(opened: 0), .xmlExpected(.name),
        .xmlUnterminated(.comment), .xmlDuplicateAttribute(first: 0), .xmlLessThanInAttribute, .xmlCDATAEndInText,
        .xmlDoubleHyphen, .xmlMixedContent, .xmlContentOutsideRoot, .xmlUnknownEntity, .xmlInvalidReference,
        .xmlIllegalCharacter, .xmlInvalidName, .xmlUndeclaredPrefix, .xmlReservedPrefix, .xmlMisplacedDeclaration,
        .xmlInvalidDeclaration, .xmlUnsupportedVersion, .delimitedColumnCount(expected: 2, found: 1),
        .delimitedUnclosedQuote, .delimitedTextAfterQuote, .delimitedStrayQuote, .delimitedInvalidEscape,
        .delimitedControlCharacter,
    ]

    @Test func everyKindHasACodeOfItsOwn() {
        let codes = Self.kinds.map { FormatError($0, at: 0).code }
        #expect(Set(codes).count == Self.kinds.count)
        #expect(codes.allSatisfy { $0.contains(".") })
    }

    @Test(arguments: kinds)
    func everyKindSaysWhatAndHow(_ kind: FormatError.Kind) {
        let error = FormatError(kind, at: 3)
        for text in [error.message, error.help] {
            #expect(text.hasSuffix(".") && text.count > 15)
            #expect(!text.contains("well-formed.") || kind == .xmlInvalidDeclaration)
        }
    }

    @Test func namesLimitsAndCounts() {
        #expect(FormatError(.tooDeep(limit: 64), at: 0).message == "Values are nested deeper than 64 levels.")
        let count = FormatError(.delimitedColumnCount(expected: 44, found: 1), at: 0)
        #expect(count.message == "The line has 1 field instead of 44.")
        #expect(FormatError(.jsonDuplicateKey(first: 0), at: 0).code == "json.duplicate-key")
    }
}
