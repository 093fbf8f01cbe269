import KuayuModel
import KuayuReconcile
import Testing

/// Vectors computed with Python's hashlib.
@Suite struct BreakIdentityTests {
    @Test(arguments: [
        ("340000", Lane.in, "CSJ3320261124000001", BreakCode.missingAtHub, 3, "9667bf9dae447d90f1929d342b306b31"),
        ("340000", .in, "CSJ3320261124000001", .behind, 3, "50b48f910fa64a184272f2dc7aee06ce"),
        ("320000", .out, "CSJ3320261124000001", .missingAtHub, 3, "bfdcbef870560c4e1176ed58f77904d8"),
        ("310000", .in, "ledger-in", .feedError, 20_261_124, "0ce019c1e6189d046313986d1f7672a2"),
        ("330000", .out, "CSJ3120200101999999", .orphan, 0, "5fac5f397ede679cd994997fba6cd871"),
    ])
    func isTheAgreedDigest(
        hub: String, lane: Lane, caseID: String, code: BreakCode, version: Int, identity: String
    ) throws {
        let region = try #require(RegionCode(hub))
        let id = BreakIdentity.id(
            hub: region, lane: lane, caseID: caseID, code: code, firstVersion: version, digester: PortableDigester())
        #expect(id == identity)
    }

    @Test func doesNotDependOnAnythingElseOfTheFinding() {
        var other = BreakFixture.finding(.behind, found: [])
        other.lag = 9
        other.isInFlight = true
        let ids = [BreakFixture.finding(.behind), other].map {
            BreakIdentity.id(of: $0, hub: .anhui, digester: PortableDigester())
        }
        #expect(ids[0] == ids[1])
    }
}
