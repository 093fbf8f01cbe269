import Foundation
import KuayuAdapters
import KuayuEvidence
import KuayuHubs
import KuayuModel
import Testing

/// Hubs without a network, and the adapters that read what they write.
enum ScenarioHubs {
    /// A region, with the extension block or without.
    struct Way: Sendable, CustomTestStringConvertible {
        let region: RegionCode
        let usesExtension: Bool
        var testDescription: String { "\(region.text) \(usesExtension ? "with" : "without") the extension" }
    }

    static let ways = RegionCode.federated.flatMap { region in
        [true, false].map { Way(region: region, usesExtension: $0) }
    }

    static let now = Instant(canonical: "2026-11-24T10:00:00+08:00") ?? Instant(epochSeconds: 0)

    static func later(_ seconds: Int64) -> Instant { now.adding(milliseconds: seconds * 1_000) }

    static func desk(_ way: Way) throws -> HubDesk {
        var items: [RegionCode: [ServiceItem]] = [:]
        for other in RegionCode.federated where other != way.region { items[other] = Items.standard.all }
        var desk = try HubDesk(region: way.region, items: items, seed: 11)
        desk.usesExtension = way.usesExtension
        return desk
    }

    private static let adapters: [RegionCode: Adapter] = {
        var made: [RegionCode: Adapter] = [:]
        for region in RegionCode.federated {
            made[region] = Adapter.compile(AdapterFiles(files: files(of: region.text))).adapter
        }
        return made
    }()

    /// Rules and tables of a region; its samples are tested elsewhere.
    private static func files(of region: String) -> [String: [UInt8]] {
        let folder = Program.repository + "/regions/" + region
        var files: [String: [UInt8]] = [:]
        for name in FileManager.default.enumerator(atPath: folder)?.compactMap({ $0 as? String }) ?? [] {
            guard !name.hasPrefix("samples"), let data = FileManager.default.contents(atPath: folder + "/" + name)
            else { continue }
            files[name] = Array(data)
        }
        return files
    }

    static func adapter(_ region: RegionCode) throws -> Adapter { try #require(adapters[region]) }

    /// The one case of a payload; every issue fails the test.
    static func read(_ payload: [UInt8], _ region: RegionCode) throws -> CaseRecord {
        let reading = try adapter(region).read(payload)
        let issues = reading.envelopeIssues + reading.cases.flatMap(\.issues).filter { $0.severity == .error }
        #expect(issues.map { "\($0.code) \($0.path) \($0.message)" } == [])
        return try #require(reading.cases.first?.record)
    }

    /// The payload that the gateway would send a hub about a case.
    static func write(_ record: CaseRecord, for way: Way) throws -> [UInt8] {
        let writing = try adapter(way.region).write(
            [CaseToWrite(record: record, allowsExtension: way.usesExtension)],
            envelope: EnvelopeValues(batch: "1", now: now, key: "k", from: now, to: now))
        #expect(writing.refusals == [[]])
        return try #require(writing.bytes)
    }

    /// What the gateway has on record of the case of these tests.
    static func registration(_ version: Int, _ status: CaseState) throws -> CaseRegistration {
        CaseRegistration(
            caseID: try #require(CaseID(caseID)), version: version, status: status, at: 1_795_485_600, nonce: "n",
            contentDigest: nil)
    }

    static let caseID = "CSJ202611240100001"

    /// A case of another region for this one, as the gateway registered it.
    static func registered(
        from origin: RegionCode, _ parameters: [(name: String, value: String)], _ status: CaseState = .submitted
    ) throws -> CaseRecord {
        var desk = try desk(Way(region: origin, usesExtension: true))
        var record = try read(try desk.order(parameters, now: now).payload, origin)
        record[.caseID] = caseID
        record[.appliedDivision] = origin.text
        record[.status] = status.rawValue
        return record
    }
}

extension CaseRecord {
    /// Texts of a column, absent ones as `-`.
    func column(_ path: String) -> [String] {
        let field = Field.named(path)
        let list = ListField.named(String(path.prefix { $0 != "[" }))
        return self[list].map { $0[field] ?? "-" }
    }

    /// The text of a scalar.
    func text(_ path: String) -> String? { self[Field.named(path)] }

    /// Brings the case into a state as the gateway does, with its process entry last.
    mutating func move(to status: String, at time: Instant) {
        self[.status] = status
        var row = CaseRow(.events)
        row[.eventAction] = status
        row[.eventStartedAt] = time.canonical
        self[.events].append(row)
    }
}
