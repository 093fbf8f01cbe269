import KuayuModel
import Testing

/// 容缺: what is owed at acceptance, and what happens when it comes, as far as each format can say it.
@Suite struct CaseMergeOwedTests {
    private static let commitments = ListField.named("commitments")
    private static let applying = CaseMergeTests.shanghai
    private static let handling = CaseMergeTests.zhejiang

    private static func material(_ id: String, _ name: String, _ values: [String: String] = [:]) -> CaseRow {
        CaseMergeTests.row(.materials, values.merging(["id": id, "name": name]) { old, _ in old })
    }

    private static func inForce(_ rows: CaseRow...) -> CaseRecord {
        var record = CaseMergeTests.inForce
        record[.status] = "accepted"
        record[.materials] = []
        for row in rows { record.update(row.list) { $0.append(row) } }
        return record
    }

    private static func commitment(_ values: [String: String]) -> CaseRow {
        CaseMergeTests.row(commitments, values.merging(["kind": "deferred"]) { old, _ in old })
    }

    private func send(
        _ rows: CaseRow..., status: String = "accepted", into record: CaseRecord,
        by reporter: CaseMerge.Reporter = applying
    ) -> CaseMerge {
        var document = CaseMergeTests.document(["status": status])
        for row in rows { document.update(row.list) { $0.append(row) } }
        let merge = CaseMergeTests.merge(document, into: record, by: reporter)
        let again = CaseMergeTests.merge(document, into: merge.record, by: reporter)
        #expect(again.record == merge.record && !again.isChange, "\(again.changed)")
        #expect(merge.isChange == (merge.record != record))
        return merge
    }

    private func fulfilled(_ record: CaseRecord) -> [Bool] {
        record[Self.commitments].map { $0[.named("commitments[].fulfilledAt")] != nil }
    }

    // MARK: what is owed

    /// Shanghai and Jiangsu say only that a material is deferred: with the acceptance that becomes a commitment.
    @Test func acceptanceWithDeferredMaterialsIsACommitment() throws {
        var record = Self.inForce(
            Self.material("A", "身份证", ["source": "applicant"]), Self.material("B", "户口簿", ["source": "deferred"]),
            Self.material("C", "照片", ["necessity": "deferred"]))
        record[.status] = "transferred"
        record[.named("dueAt")] = "2026-10-01T00:00:00+08:00"
        let merge = send(status: "accepted", into: record, by: Self.handling)
        let row = try #require(merge.record[Self.commitments].first)
        #expect(
            row
                == Self.commitment([
                    "madeAt": CaseMergeTests.now.canonical, "materials": "户口簿\n照片",
                    "dueAt": "2026-10-01T00:00:00+08:00",
                ]))
        #expect(merge.record[Self.commitments].count == 1 && merge.changed.contains("commitments"))
    }

    @Test(arguments: ["submitted", "transferred", "decided", "returned"])
    func nothingIsOwedBeforeOrAfter(status: String) {
        var record = Self.inForce(Self.material("B", "户口簿", ["source": "deferred"]))
        record[.status] = "submitted"
        let everyone = CaseMergeTests.reporter(.zhejiang, [.handling, .gateway], isLead: true)
        #expect(send(status: status, into: record, by: everyone).record[Self.commitments].isEmpty)
    }

    /// Zhejiang lists what is owed, Anhui says until when: both are commitments of their own.
    @Test(arguments: [["materials": "户口簿"], ["materials": "B"], ["dueAt": "2026-10-01T00:00:00+08:00"]])
    func whatTheMessageCommitsToIsNotDoubled(said: [String: String]) {
        var record = Self.inForce(Self.material("B", "户口簿", ["source": "deferred"]), Self.commitment(said))
        record[.status] = "transferred"
        #expect(send(status: "accepted", into: record, by: Self.handling).record[Self.commitments].count == 1)
    }

    @Test func whatIsDeferredLaterIsOwedToo() {
        let record = Self.inForce(
            Self.material("B", "户口簿", ["source": "deferred"]),
            Self.commitment(["materials": "户口簿", "madeAt": "2026-03-01T09:00:00+08:00"]))
        let merge = send(Self.material("C", "照片", ["source": "deferred"]), into: record)
        #expect(merge.record[Self.commitments].map { $0[.named("commitments[].materials")] } == ["户口簿", "照片"])
    }

    /// Never later than the case's own limit, whichever of the two is said last.
    @Test func whatIsOwedFallsDueWithTheCaseAtTheLatest() {
        let late = Self.commitment(["dueAt": "2026-12-01T00:00:00+08:00", "madeAt": "2026-03-01T09:00:00+08:00"])
        var record = Self.inForce(late)
        let merge = CaseMergeTests.merge(
            CaseMergeTests.document(["dueAt": "2026-10-01T00:00:00+08:00"]), into: record, by: Self.handling)
        #expect(merge.record[Self.commitments].first?[.named("commitments[].dueAt")] == "2026-10-01T00:00:00+08:00")
        #expect(!send(late, into: merge.record).isChange)
        record[.named("dueAt")] = "2026-10-01T00:00:00+08:00"
        record[Self.commitments] = []
        #expect(
            send(late, into: record).record[Self.commitments].first?[.named("commitments[].dueAt")]
                == "2026-10-01T00:00:00+08:00")
    }

    // MARK: what has come

    /// How a material that was deferred arrives, in the words of each format.
    @Test(arguments: [
        ["source": "applicant"], ["source": "licence"], ["file.name": "a.pdf"], ["file.location": "oss://a"],
        ["file.digest": "sha256:\(String(repeating: "0", count: 64))"],
        ["source": "applicant", "necessity": "required"],
    ])
    func whatComesFulfils(arrival: [String: String]) {
        let record = Self.inForce(
            Self.material("B", "户口簿", ["source": "deferred", "necessity": "deferred"]),
            Self.commitment(["materials": "户口簿"]))
        let merge = send(Self.material("B", "户口簿", arrival), into: record)
        #expect(fulfilled(merge.record) == [true] && merge.changed.contains("commitments[].fulfilledAt"))
    }

    @Test(arguments: [["copies": "2"], ["source": "deferred"], ["necessity": "deferred"], ["trust": "C"]])
    func anythingElseDoesNot(said: [String: String]) {
        let record = Self.inForce(
            Self.material("B", "户口簿", ["source": "deferred"]), Self.commitment(["materials": "户口簿"]))
        #expect(fulfilled(send(Self.material("B", "户口簿", said), into: record).record) == [false])
    }

    @Test(arguments: ["户口簿\n照片", nil])
    func everythingOwedMustHaveCome(list: String?) {
        var record = Self.inForce(
            Self.material("B", "户口簿", ["source": "deferred"]), Self.material("C", "照片", ["source": "deferred"]),
            Self.commitment(["dueAt": "2026-10-01T00:00:00+08:00"]))
        record.update(Self.commitments) { $0[0][.named("commitments[].materials")] = list }
        let first = send(Self.material("B", "户口簿", ["source": "applicant"]), into: record)
        #expect(fulfilled(first.record) == [false])
        let second = send(Self.material("C", "照片", ["source": "shared"]), into: first.record)
        #expect(fulfilled(second.record) == [true])
    }

    @Test func eachCommitmentHasItsOwnMaterials() {
        let record = Self.inForce(
            Self.material("B", "户口簿", ["source": "deferred"]), Self.material("C", "照片", ["source": "deferred"]),
            Self.commitment(["materials": "B", "madeAt": "2026-03-01T09:00:00+08:00"]),
            Self.commitment(["materials": "C", "madeAt": "2026-03-02T09:00:00+08:00"]))
        let merge = send(Self.material("C", "照片", ["source": "applicant"]), into: record)
        #expect(fulfilled(merge.record) == [false, true])
    }

    @Test func aDeclarationIsNotOwed() {
        var declaration = Self.commitment(["materials": "户口簿"])
        declaration[.named("commitments[].kind")] = "declaration"
        let record = Self.inForce(
            Self.material("B", "户口簿", ["source": "deferred"]), declaration, Self.commitment(["materials": "户口簿"]))
        let merge = send(Self.material("B", "户口簿", ["source": "applicant"]), into: record)
        #expect(fulfilled(merge.record) == [false, true])
    }

    @Test func theMessageKnowsBetter() {
        let record = Self.inForce(
            Self.material("B", "户口簿", ["source": "deferred"]),
            Self.commitment(["materials": "户口簿", "madeAt": "2026-03-01T09:00:00+08:00"]))
        let said = Self.commitment([
            "madeAt": "2026-03-01T09:00:00+08:00", "fulfilledAt": "2026-03-04T09:00:00+08:00",
        ])
        let merge = send(Self.material("B", "户口簿", ["source": "applicant"]), said, into: record)
        let at = merge.record[Self.commitments].first?[.named("commitments[].fulfilledAt")]
        #expect(at == "2026-03-04T09:00:00+08:00")
    }

    /// A flag that disappears (Jiangsu, Anhui) removes nothing: only the material itself fulfils.
    @Test func absenceFulfilsNothing() {
        let record = Self.inForce(
            Self.material("B", "户口簿", ["source": "deferred", "necessity": "deferred"]),
            Self.commitment(["dueAt": "2026-10-01T00:00:00+08:00"]))
        let merge = send(Self.material("B", "户口簿"), into: record)
        #expect(merge.record == record)
    }

    @Test(arguments: [("collect", true), ("online", false)])
    func inCollectTheWindowBringsWhatIsOwed(mode: String, brings: Bool) {
        var record = Self.inForce(
            Self.material("B", "户口簿", ["source": "deferred"]), Self.commitment(["materials": "户口簿"]))
        record[.mode] = mode
        let merge = send(
            Self.material("B", "户口簿", ["source": "applicant"]), into: record, by: CaseMergeTests.jiangsu)
        #expect(fulfilled(merge.record) == [brings] && merge.hasForeignParts != brings)
    }

    @Test func theHandlingRegionCannotSayThatItCame() {
        let record = Self.inForce(
            Self.material("B", "户口簿", ["source": "deferred"]), Self.commitment(["materials": "户口簿"]))
        let merge = send(Self.material("B", "户口簿", ["source": "applicant"]), into: record, by: Self.handling)
        #expect(merge.record == record && merge.foreign == ["materials[].source"])
    }
}
