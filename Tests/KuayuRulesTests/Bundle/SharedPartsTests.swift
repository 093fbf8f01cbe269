import KuayuModel
import KuayuRules
import Testing

@Suite struct SharedPartsTests {
    private static let mobile = Field.named("applicant.mobile")
    private static let name = Field.named("materials[].name")
    private static let digest = Field.named("materials[].file.digest")

    private let before = Sample.main()

    private func child() throws -> CaseRecord { try BundlePlan.fanOut(main: before).children[0] }

    @Test func nothingFollowsFromNothing() throws {
        #expect(SharedParts.follow(try child(), from: before, to: before) == nil)
        var after = before
        after[.status] = "accepted"
        after[.named("result.description")] = "…"
        #expect(SharedParts.follow(try child(), from: before, to: after) == nil, "state and result are the main case's")
    }

    @Test func aNewMaterialGoesIntoTheChild() throws {
        var after = before
        after[.materials].append(Sample.material("M3", "户口簿"))
        let followed = try #require(SharedParts.follow(try child(), from: before, to: after))
        #expect(followed[.materials].map { $0[Self.name] } == after[.materials].map { $0[Self.name] })
        #expect(SharedParts.follow(followed, from: before, to: after) == nil, "once is enough")
    }

    struct Value: Sendable {
        let before: String?
        let after: String?
        let child: String?
        let wanted: String?
    }

    @Test(arguments: [
        Value(before: nil, after: "13800000001", child: nil, wanted: "13800000001"),
        Value(before: "13800000001", after: "13800000002", child: "13800000001", wanted: "13800000002"),
        Value(before: "13800000001", after: "13800000002", child: "13800000003", wanted: "13800000003"),
        Value(before: nil, after: "13800000002", child: "13800000003", wanted: "13800000003"),
        Value(before: "13800000001", after: nil, child: "13800000001", wanted: "13800000001"),
    ])
    func aValueOfItsOwnStays(_ row: Value) throws {
        var (old, new, case1) = (before, before, try child())
        old[Self.mobile] = row.before
        new[Self.mobile] = row.after
        case1[Self.mobile] = row.child
        let followed = SharedParts.follow(case1, from: old, to: new) ?? case1
        #expect(followed[Self.mobile] == row.wanted)
    }

    @Test func aMaterialHandedInAgainReplacesTheCopyOnlyWhereItIsACopy() throws {
        var after = before
        after.update(.materials) { $0[0][Self.digest] = "md5:2" }
        let copy = try child()
        #expect(SharedParts.follow(copy, from: before, to: after)?[.materials][0][Self.digest] == "md5:2")
        var own = copy
        own.update(.materials) { $0[0][Self.digest] = "md5:1" }
        #expect(SharedParts.follow(own, from: before, to: after) == nil)
    }
}
