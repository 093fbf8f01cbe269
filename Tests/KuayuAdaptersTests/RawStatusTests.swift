import KuayuAdapters
import Testing

/// The state of a document in its sender's own code.
@Suite struct RawStatusTests {
    @Test(arguments: [
        ("310000", "05-supplement", "补正"), ("310000", "07-granted-licence", "办结|通过"),
        ("320000", "05-supplement", "|补正"), ("320000", "08-denied", "6|不予许可"),
        ("330000", "05-supplement", "45"), ("330000", "08-denied", "60|0"), ("340000", "05-supplement", "补正|1|||1"),
    ])
    func isWhatTheFieldsSay(region: String, sample: String, raw: String) throws {
        let found = try #require(Regions.samples.first { $0.region == region && $0.path.contains(sample) })
        let reading = try #require(Regions.adapter(region).read(found.bytes).cases.first)
        #expect(reading.rawStatus == raw)
    }

    @Test func everySampleHasOneThatACaseCanKeep() throws {
        for sample in Regions.samples {
            for item in try Regions.adapter(sample.region).read(sample.bytes).cases {
                #expect((item.rawStatus?.unicodeScalars.count ?? 0) <= 60)
            }
        }
    }
}
