import KuayuModel
import KuayuReconcile
import Testing

/// Two persons sign a day that adds up; then nothing changes any more.
@Suite struct SignOffTests {
    static let day = RepairBench.start.date
    static let later = RepairBench.start.adding(milliseconds: 24 * 3_600_000)
    static let key = RollForward.Key(hub: .zhejiang, code: .behind)

    private func statement(
        digest: String = "sha256:aa", hasRun: Bool = true, closing: Int = 1, key: RollForward.Key = key,
        day: CalendarDate = day
    ) -> SignOff.Statement {
        let account = RollForward(
            day: day, events: [RollForwardTests.event("b", 1, nil, .open)], keys: ["b": key], opening: [:],
            closing: [key: closing])
        return SignOff.Statement(reportDigest: digest, rollForward: account, hasRun: hasRun)
    }

    private func signOff() -> SignOff { SignOff(hub: .zhejiang, day: Self.day) }

    @Test func twoPersonsFreezeAReport() throws {
        var signOff = signOff()
        try signOff.sign(by: "李明", at: Self.later, statement())
        #expect(!signOff.isFrozen && signOff.reportDigest == "sha256:aa")
        try signOff.sign(by: "王芳", at: Self.later.adding(milliseconds: 1), statement())
        #expect(signOff.isFrozen && signOff.first?.by == "李明" && signOff.second?.by == "王芳")
        #expect(throws: SignOff.Refusal.frozen) { try signOff.sign(by: "赵", at: Self.later, statement()) }
        let isWithdrawn = signOff.withdraw()
        #expect(!isWithdrawn)
    }

    @Test(arguments: ["李明", " 李明", "李明\u{3000}"])
    func thePersonMustBeAnother(name: String) throws {
        var signOff = signOff()
        try signOff.sign(by: "李明", at: Self.later, statement())
        #expect(throws: SignOff.Refusal.samePerson) { try signOff.sign(by: name, at: Self.later, statement()) }
        // Whatever the report has become.
        #expect(throws: SignOff.Refusal.samePerson) {
            try signOff.sign(by: name, at: Self.later, statement(digest: "sha256:bb"))
        }
        #expect(signOff.second == nil)
    }

    @Test func lettersInCapitalsMakeNoOtherPerson() {
        #expect(!SignOff.areDifferent("li.ming", " LI.Ming ") && SignOff.areDifferent("li.ming", "li.min"))
    }

    @Test(arguments: [
        ("", false), ("  ", false), ("a", true), (String(repeating: "李", count: 64), true),
        (String(repeating: "李", count: 65), false), ("li\nming", false), ("li\u{0}", false),
    ])
    func aNameMustBeOne(name: String, isName: Bool) {
        var signOff = signOff()
        #expect(SignOff.isPerson(name) == isName)
        if !isName {
            #expect(throws: SignOff.Refusal.nobody) { try signOff.sign(by: name, at: Self.later, statement()) }
        }
    }

    /// Hours after 10:00 of the day, and whether it may be signed.
    @Test(arguments: [(0, false), (13, false), (14, true), (38, true)])
    func theDayMustBeOver(hours: Int, mayBeSigned: Bool) {
        var signOff = signOff()
        let now = RepairBench.start.adding(milliseconds: Int64(hours) * 3_600_000)
        let refusal: SignOff.Refusal? = mayBeSigned ? nil : .dayNotOver(Self.day)
        #expect(refusal == self.refusal(&signOff, at: now, statement()))
    }

    private func refusal(
        _ signOff: inout SignOff, at now: Instant, _ statement: SignOff.Statement
    ) -> SignOff.Refusal? {
        do throws(SignOff.Refusal) {
            try signOff.sign(by: "李明", at: now, statement)
            return nil
        } catch {
            return error
        }
    }

    @Test func theAccountMustAddUp() {
        var signOff = signOff()
        #expect(refusal(&signOff, at: Self.later, statement(closing: 2)) == .notBalanced([Self.key]))
        #expect(refusal(&signOff, at: Self.later, statement(hasRun: false)) == .noRun)
        // The account of another day says nothing about this one.
        let other = statement(closing: 0, day: Self.day.adding(days: -1))
        #expect(refusal(&signOff, at: Self.later, other) == .notBalanced([]))
        #expect(signOff == SignOff(hub: .zhejiang, day: Self.day))
        // What another hub owes does not hold this one up.
        let foreign = statement(closing: 5, key: RollForward.Key(hub: .anhui, code: .behind))
        #expect(refusal(&signOff, at: Self.later, foreign) == nil)
    }

    @Test func bothSignTheSameReport() throws {
        var signOff = signOff()
        try signOff.sign(by: "李明", at: Self.later, statement())
        #expect(throws: SignOff.Refusal.otherReport(signed: "sha256:aa")) {
            try signOff.sign(by: "王芳", at: Self.later, statement(digest: "sha256:bb"))
        }
        let isWithdrawn = signOff.withdraw()
        #expect(isWithdrawn)
        try signOff.sign(by: "王芳", at: Self.later, statement(digest: "sha256:bb"))
        try signOff.sign(by: "李明", at: Self.later, statement(digest: "sha256:bb"))
        #expect(signOff.isFrozen && signOff.reportDigest == "sha256:bb")
    }

    @Test func whatIsReadFromTheStoreStandsAsItStood() {
        let signature = SignOff.Signature(by: "李明", at: Self.later)
        var half = SignOff(hub: .zhejiang, day: Self.day, reportDigest: "sha256:aa", first: signature)
        #expect(refusal(&half, at: Self.later, statement()) == .samePerson)
    }

    @Test(arguments: [
        SignOff.Refusal.nobody, .dayNotOver(day), .noRun, .notBalanced([key]), .samePerson, .otherReport(signed: "x"),
        .frozen,
    ])
    func everyRefusalHasWords(refusal: SignOff.Refusal) {
        #expect(!refusal.chinese.isEmpty && !refusal.english.isEmpty)
    }
}
