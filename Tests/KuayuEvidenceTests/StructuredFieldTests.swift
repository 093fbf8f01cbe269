import KuayuEvidence
import Testing

/// Values from the examples and rules of RFC 9651.
@Suite struct StructuredFieldTests {
    @Test(
        arguments: [
            ("42", StructuredField.Value.integer(42)), ("-0", .integer(0)), ("  7  ", .integer(7)),
            ("999999999999999", .integer(999_999_999_999_999)), ("-999999999999999", .integer(-999_999_999_999_999)),
            ("4.5", .decimal(thousandths: 4500)), ("-0.002", .decimal(thousandths: -2)),
            ("123456789012.125", .decimal(thousandths: 123_456_789_012_125)),
            ("\"hello world\"", .string("hello world")), ("\"\"", .string("")), ("\"a\\\"b\\\\c\"", .string("a\"b\\c")),
            ("foo123/456", .token("foo123/456")), ("*a:b", .token("*a:b")), ("a.b-c_d", .token("a.b-c_d")),
            (":cHJldGVuZCB0aGlzIGlzIGJpbmFyeSBjb250ZW50Lg==:", .bytes(Array("pretend this is binary content.".utf8))),
            ("::", .bytes([])), (":aGVsbG8:", .bytes(Array("hello".utf8))), (":iZ==:", .bytes([0x89])),
            ("?1", .boolean(true)), ("?0", .boolean(false)), ("@1659578233", .date(1_659_578_233)), ("@-1", .date(-1)),
            (
                "%\"This is intended for display to %c3%bcsers.\"",
                .displayString("This is intended for display to üsers.")
            ),
        ] as [(String, StructuredField.Value)])
    func readsAnItem(_ text: String, _ value: StructuredField.Value) throws {
        #expect(try StructuredField.item(text).value == value)
    }

    @Test(
        arguments: [
            ("", StructuredFieldError.Kind.character, 0), ("-", .character, 1), ("1.", .character, 2),
            (".1", .character, 0),
            ("1000000000000000", .number, 0), ("1234567890123.1", .number, 0), ("1.0001", .number, 0),
            ("\"a", .character, 2), ("\"a\\x\"", .character, 3), ("\"é\"", .character, 1),
            ("\"\u{7F}\"", .character, 1),
            ("\"a\tb\"", .character, 2), ("'a'", .character, 0), ("?2", .character, 1), ("?", .character, 1),
            (":aGVsbG8=", .character, 9), (":aGVs bG8=:", .base64, 1), (":_-_-:", .base64, 1), (":YQ===:", .base64, 1),
            (":a=GVs:", .base64, 1), ("@1.5", .number, 0), ("@", .character, 1), ("%\"%C3%BC\"", .character, 3),
            ("%\"%ff\"", .text, 0), ("%a", .character, 1), ("a b", .character, 2), ("a,b", .character, 1),
            ("a;", .character, 2), ("a;B=1", .character, 2), ("a;b=", .character, 4), ("(a b)", .character, 0),
        ] as [(String, StructuredFieldError.Kind, Int)])
    func refusesAnItem(_ text: String, _ kind: StructuredFieldError.Kind, _ offset: Int) {
        #expect(throws: StructuredFieldError(kind, offset: offset)) { try StructuredField.item(text) }
    }

    @Test func readsParameters() throws {
        let item = try StructuredField.item("abc;a=1;b;c=\"x\"; d=?0;a=2")
        #expect(item.parameters.map(\.key) == ["a", "b", "c", "d"])
        #expect(item["a"]?.value == .integer(2))
        #expect(item["a"]?.offset == 22)
        #expect(item["b"]?.value == .boolean(true))
        #expect(item["d"]?.value == .boolean(false))
        #expect(item["e"] == nil)
    }

    @Test func readsLists() throws {
        #expect(try StructuredField.list("").isEmpty)
        #expect(
            try StructuredField.items("sugar, tea,\trum").map(\.value) == [
                .token("sugar"), .token("tea"), .token("rum"),
            ])
        let inner = try StructuredField.list("(\"foo\" \"bar\");x=1, ( ), 5")
        #expect(inner.count == 3)
        guard case .inner(let items, let parameters) = inner[0] else {
            Issue.record("not an inner list")
            return
        }
        #expect(items.map(\.value) == [.string("foo"), .string("bar")])
        #expect(parameters.map(\.key) == ["x"])
    }

    @Test(
        arguments: [
            ("a,", StructuredFieldError.Kind.character, 2), (",a", .character, 0), ("a b", .character, 2),
            ("a,,b", .character, 2), ("(a", .character, 2), ("(a,b)", .character, 2), ("(a\tb)", .character, 2),
        ] as [(String, StructuredFieldError.Kind, Int)])
    func refusesAList(_ text: String, _ kind: StructuredFieldError.Kind, _ offset: Int) {
        #expect(throws: StructuredFieldError(kind, offset: offset)) { try StructuredField.list(text) }
    }

    @Test func refusesInnerListsWhereItemsAreWanted() {
        #expect(throws: StructuredFieldError(.unexpectedInnerList, offset: 3)) { try StructuredField.items("a, (b)") }
    }

    @Test func readsDictionaries() throws {
        let members = try StructuredField.dictionary("a=1, b;x=2, c=(1 2), a=3")
        #expect(members.map(\.key) == ["a", "b", "c"])
        guard case .item(let a) = members[0].member, case .item(let b) = members[1].member else {
            Issue.record("not items")
            return
        }
        #expect(a.value == .integer(3))
        #expect(b.value == .boolean(true))
        #expect(b["x"]?.value == .integer(2))
    }

    @Test func refusesMoreThanItsLimit() throws {
        let limit = StructuredField.limitBytes
        #expect(try StructuredField.item(String(repeating: "a", count: limit)).value != .boolean(true))
        #expect(throws: StructuredFieldError(.tooLong, offset: 0)) {
            try StructuredField.item(String(repeating: "a", count: limit + 1))
        }
    }

    @Test func writesStrings() throws {
        #expect(try StructuredField.quoted("a\"b\\c ~") == "\"a\\\"b\\\\c ~\"")
        #expect(throws: StructuredFieldError(.character, offset: 1)) { try StructuredField.quoted("a\n") }
        #expect(throws: StructuredFieldError(.character, offset: 0)) { try StructuredField.quoted("é") }
    }

    /// Nothing that may arrive ends the program or hangs, whatever the parser is given.
    @Test func survivesRandomText() {
        var generator = SmallGenerator(state: 9651)
        let alphabet = Array("ab1-.\"\\:=?@%*(),; \t_é".unicodeScalars)
        for _ in 0..<5_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...24, using: &generator) {
                text.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
            }
            let value = String(text)
            do {
                _ = try StructuredField.list(value)
            } catch {
                #expect((0...value.utf8.count).contains(error.offset), "\(value)")
            }
        }
    }
}

/// SplitMix64, so that each run draws the same texts.
private struct SmallGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
