import KuayuModel
import KuayuRules
import Testing

/// 容缺: what is owed has a promise, also where a format has no field for one.
@Suite struct OwedMaterialsTests {
    private static let now = Instant(epochSeconds: 1_790_000_000)

    private static func record(_ materials: [[String: String]], promise: String? = nil) -> CaseRecord {
        var record = CaseRecord()
        record[.materials] = materials.map { ExemptMaterialsTests.material($0) }
        if let promise {
            var row = CaseRow(.named("commitments"))
            row[.named("commitments[].kind")] = promise
            record[.named("commitments")] = [row]
        }
        return record
    }

    @Test func makesOneForEverythingThatIsMarked() throws {
        let record = Self.record([
            ["id": "A", "source": "deferred"], ["id": "B"], ["id": "C", "necessity": "deferred"],
        ])
        let row = try #require(OwedMaterials.promise(of: record, at: Self.now))
        #expect(row[.named("commitments[].kind")] == "deferred")
        #expect(row[.named("commitments[].materials")] == "A\nC")
        #expect(row[.named("commitments[].madeAt")] == Self.now.canonical)
        #expect(row[.named("commitments[].dueAt")] == nil)
    }

    @Test(arguments: [
        ([["id": "A"]], nil), ([], nil), ([["id": "A", "source": "deferred"]], "deferred"),
    ] as [([[String: String]], String?)])
    func makesNoneWhereNothingIsOwedOrOneIsNamed(materials: [[String: String]], promise: String?) {
        #expect(OwedMaterials.promise(of: Self.record(materials, promise: promise), at: Self.now) == nil)
    }

    @Test func aDeclarationIsNoPromiseToHandIn() {
        let record = Self.record([["id": "A", "source": "deferred"]], promise: "declaration")
        #expect(OwedMaterials.promise(of: record, at: Self.now) != nil)
    }
}
