import KuayuModel
import KuayuReconcile
import Testing

@Suite struct FeedManifestTests {
    static let valid = """
        {"v":"kuayu-recon-manifest-1","hub":"340000","lane":"in","file":"340000_DZ_20261124200000_in.csv",\
        "compression":"none","sorted":true,"rows":3,\
        "a":"988f13fa4395b5a75e4b681a2ebaee088f74f5dbf97c7b5fa991b17caa3d2939",\
        "statuses":{"accepted":2,"closed":1},"minRegisteredAt":1704067200,"maxRegisteredAt":1704067260,\
        "snapshotAt":1704067300,\
        "digest":"sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb","previous":null}

        """

    private func decode(_ text: String) throws(FeedError) -> FeedManifest {
        try FeedManifest.decode(Array(text.utf8))
    }

    @Test func isWrittenAsItIsRead() throws {
        let manifest = try decode(Self.valid)
        #expect(manifest.hub == .anhui && manifest.lane == .in && manifest.isSorted && manifest.total.count == 3)
        #expect(manifest.registered == 1_704_067_200...1_704_067_260)
        #expect(String(decoding: manifest.encode(), as: UTF8.self) == Self.valid)
    }

    @Test func ofAnEmptyLedgerHasNoRange() throws {
        let (_, manifest) = FeedWriter.write(
            [], hub: .shanghai, lane: .out, file: "x.csv", snapshotAt: 5,
            previous: "sha256:" + String(repeating: "0", count: 64),
            digester: PortableDigester())
        #expect(manifest.registered == nil && manifest.isSorted)
        #expect(try FeedManifest.decode(manifest.encode()) == manifest)
    }

    @Test(arguments: [
        ("\"v\":\"kuayu-recon-manifest-1\"", "\"v\":\"kuayu-recon-manifest-2\"", FeedError.Kind.unreadable),
        ("\"hub\":\"340000\"", "\"hub\":\"34000x\"", .unreadable),
        ("\"hub\":\"340000\",", "", .unreadable),
        ("\"lane\":\"in\"", "\"lane\":\"IN\"", .unreadable),
        ("\"file\":\"340000_DZ_20261124200000_in.csv\"", "\"file\":\"../x.csv\"", .unreadable),
        ("\"compression\":\"none\"", "\"compression\":\"zstd\"", .unreadable),
        ("\"sorted\":true", "\"sorted\":\"true\"", .unreadable),
        ("\"sorted\":true", "\"sorted\":true,\"sorted\":true", .unreadable),
        ("\"rows\":3", "\"rows\":3.0", .unreadable),
        ("\"rows\":3", "\"rows\":-3", .unreadable),
        ("\"rows\":3", "\"rows\":4", .count),
        ("\"rows\":3", "\"rows\":3,\"extra\":1", .unreadable),
        ("\"a\":\"988f", "\"a\":\"988F", .unreadable),
        ("\"closed\":1", "\"closed\":2", .count),
        ("\"minRegisteredAt\":1704067200", "\"minRegisteredAt\":1704067261", .unreadable),
        ("\"minRegisteredAt\":1704067200", "\"minRegisteredAt\":null", .unreadable),
        (
            "\"minRegisteredAt\":1704067200,\"maxRegisteredAt\":1704067260",
            "\"minRegisteredAt\":null,\"maxRegisteredAt\":null", .count
        ),
        ("\"digest\":\"sha256:", "\"digest\":\"sha1:", .unreadable),
        ("\"previous\":null", "\"previous\":\"\"", .unreadable),
        ("{\"v\"", "[{\"v\"", .unreadable),
    ])
    func isReadStrictly(part: String, replacement: String, kind: FeedError.Kind) throws {
        try #require(Self.valid.contains(part))
        let error = #expect(throws: FeedError.self) { try decode(Self.valid.replacing(part, with: replacement)) }
        #expect(error?.kind == kind)
    }

    @Test func hasALimit() {
        let long = "{\"v\":\"" + String(repeating: "x", count: FeedManifest.byteLimit) + "\"}"
        let error = #expect(throws: FeedError.self) { try decode(long) }
        #expect(error?.kind == .limit)
    }

    @Test func mustBeTheOneThatWasAskedFor() throws {
        var manifest = try decode(Self.valid)
        let link = FeedManifest.link(manifest.encode(), PortableDigester())
        #expect(throws: Never.self) {
            try FeedCheck.verify(manifest, hub: .anhui, lane: .in, file: manifest.file, previous: nil)
        }
        for (hub, lane, file, previous, kind) in [
            (RegionCode.jiangsu, Lane.in, manifest.file, nil, FeedError.Kind.misplaced),
            (.anhui, .out, manifest.file, nil, .misplaced), (.anhui, .in, "other.csv", nil, .misplaced),
            (.anhui, .in, manifest.file, link, .digest),
        ] {
            let error = #expect(throws: FeedError.self) {
                try FeedCheck.verify(manifest, hub: hub, lane: lane, file: file, previous: previous)
            }
            #expect(error?.kind == kind)
        }
        manifest.previous = link
        #expect(throws: Never.self) {
            try FeedCheck.verify(manifest, hub: .anhui, lane: .in, file: manifest.file, previous: link)
        }
    }

    @Test(arguments: [
        (20, 0, 0, false), (21, 0, 0, true), (20, 2_000, 0, false), (21, 2_000, 0, true), (30, 3_000, 2, false),
        (31, 3_000, 2, true), (70, 3_000, 7, false), (71, 3_000, 7, true), (0, 0, Int.max, false),
    ])
    func tooManyBreaksAreNotBelieved(breaks: Int, rows: Int, median: Int, isFlood: Bool) {
        let error = Result { try FeedCheck.verifyFlood(breaks: breaks, rows: rows, sevenDayMedian: median) }
        if case .failure(let fault) = error {
            #expect(isFlood && (fault as? FeedError)?.kind == .flood)
        } else {
            #expect(!isFlood)
        }
    }

    @Test(arguments: [
        ("340000_DZ_20261124200000_in.csv", true), ("310000_DZ_20261124200000_out.csv.gz", true),
        ("340000_DZ_2026112420000_in.csv", false), ("340000_DZ_20261124200000_on.csv", false),
        ("340000_QQ_20261124200000_in.csv", false), ("340000_DZ_20261124200000_in.csv.manifest.json", false),
        ("340000_DZ_20261124200000_in_.csv", false), ("", false),
    ])
    func namesAreReadAsTheyAreWritten(file: String, isName: Bool) {
        #expect(FeedName(file)?.file == (isName ? file : nil))
    }

    @Test func namesCarryTheTimeInChina() {
        let instant = Instant(epochSeconds: 1_704_067_205)
        let name = FeedName(hub: .anhui, at: instant, lane: .out, compression: .gzip)
        #expect(name.file == "340000_DZ_20240101080005_out.csv.gz")
        #expect(name.manifest == "340000_DZ_20240101080005_out.csv.gz.manifest.json")
    }
}
