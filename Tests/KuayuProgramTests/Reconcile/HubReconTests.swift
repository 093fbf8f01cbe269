import KuayuCrypto
import KuayuEvidence
import KuayuGateway
import KuayuHubs
import KuayuModel
import KuayuReconcile
import Synchronization
import Testing

/// What a hub answers in reconciliation, without a network.
@Suite struct HubReconTests {
    // MARK: one ledger, three profiles

    @Test(arguments: Lane.allCases) func everyProfileTellsTheSameRows(_ lane: Lane) async throws {
        let hub = ReconHub(rows: ReconHub.ledger(40))
        let meta = try await hub.meta()
        let told = try await hub.rows(RowsQuery(lane: lane, snapshot: meta.snapshot, selection: ReconHub.whole))
        let rows = try told.verified(SHA256())
        #expect(rows.count == 40)
        #expect(Set(rows) == Set(hub.truth(lane)))
        #expect(meta[lane].total == ReconHub.total(rows))
        // S: the sums of five minutes, of hours and of days add up to the totals.
        for width in BucketWidth.allCases {
            let answer = await hub.ask(
                "POST", "/recon/v1/fingerprints",
                FingerprintQuery(
                    lane: lane, snapshot: meta.snapshot, width: width, ranges: ReconHub.ranges(of: rows, width)
                ).encoded())
            var sum = Accumulator()
            for bucket in try FingerprintAnswer(decoding: answer.body).buckets { sum.add(bucket.total) }
            #expect(sum == meta[lane].total, "\(width)")
        }
        // N: somebody who has nothing learns that every id is missing.
        #expect(try await hub.idsByNegentropy(lane, meta.snapshot) == Set(told.rows.map(\.id)))
        // F: the file holds them under the same sum.
        let feed = try await hub.feed(lane)
        #expect(feed.manifest.total == meta[lane].total)
        #expect(feed.manifest.digest == FeedManifest.digestText(SHA256.digest(feed.file)))
        #expect(Set(feed.lines.compactMap(\.eid)) == Set(told.rows.map(\.id)))
        #expect(feed.manifest.isSorted)
        #expect(feed.lines.map(\.row.element.caseID) == feed.lines.map(\.row.element.caseID).sorted())
    }

    @Test(arguments: [1, 7, 39, 40, 41, 10_000]) func pagesHoldEveryRowOnce(_ limit: Int) async throws {
        let hub = ReconHub(rows: ReconHub.ledger(40))
        let token = try await hub.meta().snapshot
        var query = RowsQuery(lane: .out, snapshot: token, selection: ReconHub.whole, limit: limit)
        var rows: [ToldRow] = []
        repeat {
            let page = try await hub.rows(query)
            #expect(page.rows.count <= limit)
            rows += page.rows
            query.after = page.after
        } while query.after != nil
        #expect(rows.map(\.row).sorted { $0.element.caseID < $1.element.caseID } == hub.truth(.out))
        #expect(rows.map(\.row.element.registeredAt) == rows.map(\.row.element.registeredAt).sorted())
    }

    @Test func linksEachManifestToTheOneBefore() async throws {
        let hub = ReconHub(rows: ReconHub.ledger(3))
        let first = await hub.ask("GET", "/recon/v1/feeds/out/manifest")
        let second = await hub.ask("GET", "/recon/v1/feeds/out/manifest")
        #expect(try FeedManifest.decode(first.body).previous == nil)
        #expect(try FeedManifest.decode(second.body).previous == FeedManifest.link(first.body, SHA256()))
        // The other lane has a chain of its own.
        #expect(try await FeedManifest.decode(hub.ask("GET", "/recon/v1/feeds/in/manifest").body).previous == nil)
    }

    // MARK: snapshots

    @Test func aSnapshotDoesNotChangeWithTheLedger() async throws {
        let hub = ReconHub(rows: ReconHub.ledger(5))
        let before = try await hub.meta()
        hub.change { $0[.out]?.removeLast() }
        let rows = try await hub.rows(RowsQuery(lane: .out, snapshot: before.snapshot, selection: ReconHub.whole))
        #expect(rows.rows.count == 5)
        #expect(try await hub.meta()[.out].total.count == 4)
    }

    @Test func forgetsTheOldestOfTooManySnapshots() async throws {
        let hub = ReconHub(rows: ReconHub.ledger(2), snapshotCount: 2)
        let tokens = try await [hub.meta().snapshot, hub.meta().snapshot, hub.meta().snapshot]
        #expect(Set(tokens).count == 3)
        for (token, status) in zip(tokens, [409, 200, 200]) {
            let query = RowsQuery(lane: .in, snapshot: token, selection: ReconHub.whole)
            let answer = await hub.ask("POST", "/recon/v1/rows", query.encoded())
            #expect(answer.status == status)
            if status == 409 { #expect(String(decoding: answer.body, as: UTF8.self).contains("snapshot-gone")) }
        }
    }

    @Test(arguments: [(600_000, 200), (600_001, 409)])
    func forgetsASnapshotThatNobodyAsksFor(_ milliseconds: Int64, _ status: Int) async throws {
        let hub = ReconHub(rows: ReconHub.ledger(2))
        let token = try await hub.meta().snapshot
        hub.clock.pass(milliseconds: milliseconds)
        let query = FingerprintQuery(lane: .in, snapshot: token, width: .day, ranges: [BucketWidth.day.whole])
        #expect(await hub.ask("POST", "/recon/v1/fingerprints", query.encoded()).status == status)
        let negentropy = await hub.ask("POST", "/recon/v1/negentropy/in?snapshot=\(token)", [0x61])
        #expect(negentropy.status == status)
    }

    @Test(arguments: [
        ("POST", "/recon/v1/rows", "{", 400), ("POST", "/recon/v1/rows", #"{"lane":"up","ids":[]}"#, 400),
        ("POST", "/recon/v1/fingerprints", #"{"lane":"in","width":7,"ranges":[[0,1]]}"#, 400),
        ("POST", "/recon/v1/negentropy/in", "aa", 400), ("POST", "/recon/v1/negentropy/up", "a", 404),
        ("GET", "/recon/v1/feeds/up/manifest", "", 404), ("GET", "/recon/v1/feeds/in", "", 404),
        ("GET", "/recon/v1/rows", "", 405), ("GET", "/recon/v1/nothing", "", 404),
        ("POST", "/recon/v1/rows", #"{"lane":"in","ranges":[[0,9]],"after":"x"}"#, 400),
    ])
    func refusesWhatItCannotRead(_ method: String, _ path: String, _ body: String, _ status: Int) async {
        let hub = ReconHub(rows: ReconHub.ledger(1))
        #expect(await hub.ask(method, path, Array(body.utf8)).status == status)
    }

    // MARK: lies

    @Test(arguments: LedgerLie.allCases) func everyLieShows(_ lie: LedgerLie) async throws {
        let hub = ReconHub(rows: ReconHub.ledger(12))
        hub.api.tell(lie)
        let meta = try await hub.meta()
        let told = try await hub.rows(RowsQuery(lane: .in, snapshot: meta.snapshot, selection: ReconHub.whole))
        let ids = told.rows.map(\.id)
        var sum = Accumulator()
        for id in ids { sum.add(id) }
        let isIdentified = (try? told.verified(SHA256())) != nil
        let isOrdered =
            told.rows.map(\.row.element.registeredAt) == told.rows.map(\.row.element.registeredAt).sorted()
        let feed = try await hub.feed(.in)
        let isDigestRight = feed.manifest.digest == FeedManifest.digestText(SHA256.digest(feed.file))
        let isSumRight = sum == meta[.in].total
        let facts = [isSumRight, isIdentified, isOrdered, isDigestRight]
        let expected: [LedgerLie: [Bool]] = [
            .none: [true, true, true, true], .truncate: [false, true, true, true], .repeat: [false, true, true, true],
            .shuffle: [true, true, false, true], .wrongsum: [false, true, true, true],
            .changing: [false, true, true, true], .wrongeid: [true, false, true, true],
            .wrongmanifest: [true, true, true, false],
        ]
        #expect(facts == expected[lie])
        let isFileSumRight = ReconHub.sum(feed.lines) == feed.manifest.total
        #expect(isFileSumRight == [.none, .shuffle, .wrongeid, .wrongmanifest].contains(lie))
    }

    // MARK: a ledger in a file

    @Test func theAgentReadsALedgerFromAFile() async throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            lane,case_id,registered_at,version,status,state_at,content_digest,nonce,number
            in,CSJ202611240100001,1795485600,3,accepted,1795485700,-,n1,A1
            out,CSJ202611240100002,1795485601,1,submitted,,-,n2,
            """, "ledger.csv")
        let api = ReconAPI(
            settings: ReconAPI.Settings(hub: .zhejiang), source: CSVLedgerSource(path: folder.file("ledger.csv")),
            clock: ReconClock())
        let meta = try HubMeta(decoding: await api.ask("GET", "/recon/v1/meta").body)
        #expect(meta[.in].statuses == ["accepted": 1])
        let query = RowsQuery(lane: .in, snapshot: meta.snapshot, selection: .cases(["CSJ202611240100001"]))
        let rows = try RowsAnswer(decoding: await api.ask("POST", "/recon/v1/rows", query.encoded()).body)
        let element = LedgerElement(
            caseID: "CSJ202611240100001", version: 3, status: "accepted", contentDigest: "-", nonce: "n1",
            registeredAt: 1_795_485_600)
        #expect(try rows.verified(SHA256()) == [HubRow(element: element, stateAt: 1_795_485_700, localNumber: "A1")])
        // A file that is wrong is no ledger, and nothing is concluded from it.
        try folder.write("lane,case_id\nin,CSJ1\n", "ledger.csv")
        #expect(await api.ask("GET", "/recon/v1/meta").status == 503)
    }
}
