import Foundation
import KuayuAdapters
import KuayuCrypto
import KuayuEngine
import KuayuEvidence
import KuayuGateway
import KuayuModel
import KuayuRules
import KuayuTestKit
import Logging
import Synchronization
import Testing

/// A gateway over a store in memory with a clock set by hand; its hubs take everything and answer nothing.
///
/// Messages are written by the regions' own adapters, so that what arrives is what a hub could say.
final class RulesBench: Sendable {
    let store = MemoryStore()
    let clock: SettableClock
    let gateway: Gateway
    private let serial = Mutex(0)

    init(at start: String, licences: (any LicenceLibrary)? = nil) throws {
        clock = SettableClock(try #require(Instant(canonical: start)))
        var logger = Logger(label: "rules")
        logger.logLevel = .critical
        gateway = try Gateway(
            federation: try Self.federation(), number: 1,
            ports: Gateway.Ports(
                store: store, transport: SilentTransport(), signer: try Ed25519Key.generate(), crypto: LibCrypto(),
                clock: clock, licences: licences), logger: logger, onHalt: { _ in })
    }

    // MARK: sending

    /// Lets a region say what a canonical record says, in its own format.
    @discardableResult
    func send(
        _ record: CaseRecord, from region: RegionCode, number: String = "", extension allowsExtension: Bool = true
    ) async throws -> CaseAnswer {
        let adapter = try #require(gateway.federation.hubs[region]).adapter
        let key = serial.withLock { serial in
            serial += 1
            return "T-\(serial)"
        }
        var record = record
        if !number.isEmpty { Self.setNumber(number, of: region, in: &record) }
        for field in [Field.version, .registeredAt, .calendar] { record[field] = nil }
        let writing = adapter.write(
            [CaseToWrite(record: record, allowsExtension: allowsExtension)],
            envelope: EnvelopeValues(batch: key, now: clock.now, key: key))
        let bytes = try #require(writing.bytes, "\(writing.refusals)")
        let answer = await gateway.take(IntakePayload(sender: region, bytes: bytes, key: key))
        guard case .cases(let cases, _) = answer, let first = cases.first else {
            throw BenchError(reason: "\(answer)")
        }
        return first
    }

    /// The same, and the case it made or changed; fails when it was refused.
    @discardableResult
    func accepted(
        _ record: CaseRecord, from region: RegionCode, number: String = "", extension allowsExtension: Bool = true
    ) async throws -> CaseID {
        let answer = try await send(record, from: region, number: number, extension: allowsExtension)
        guard let head = answer.head, answer.outcome == .accepted else {
            throw BenchError(reason: "\(answer.answer) \(answer.issues)")
        }
        return head.caseID
    }

    /// A region reports the case as it now knows it, with changes.
    @discardableResult
    func report(
        _ id: CaseID, from region: RegionCode, extension allowsExtension: Bool = true,
        _ change: (inout CaseRecord) -> Void
    ) async throws -> CaseAnswer {
        var record = try record(id)
        change(&record)
        return try await send(record, from: region, number: "N\(id.text)", extension: allowsExtension)
    }

    // MARK: looking

    func record(_ id: CaseID) throws -> CaseRecord {
        let event = try #require(try store.read { try $0.caseInForce(id) })
        return try #require(CaseDocument.decode(event.canonical).record)
    }

    func events(_ id: CaseID) throws -> [EventRecord] { try store.read { try $0.events(id) } }

    func status(_ id: CaseID) throws -> CaseState {
        try #require(try store.read { try $0.caseInForce(id) }).head.status
    }

    /// Versions that a hub is told of.
    func told(_ hub: RegionCode, of id: CaseID) throws -> [Int] {
        try store.read { try $0.deliveries(caseID: id) }.filter { $0.hub == hub }.map(\.version)
    }

    func notices(_ id: CaseID) throws -> [String] { try store.read { try $0.openNotices(id) }.map(\.kind.rawValue) }

    /// Sets the clock and looks at every case whose time has come.
    func pass(to time: String) async throws {
        clock.set(try #require(Instant(canonical: time)))
        await gateway.lookAtDueCases()
    }

    // MARK: making

    static func federation() throws -> Federation {
        let hubs = try RegionCode.federated.map { region in
            let adapter = try RegionFolder.adapter(region)
            let tls = PartnerTLS(certificatePath: "", keyPath: "", authorityPath: "")
            return FederatedHub(
                region: region, adapter: adapter,
                link: .https(HTTPSLink(base: "https://\(region.text).invalid", tls: tls, pushPath: "/")),
                route: RoutePolicy(), allowsExtension: true, hasContentDigest: true, maxLevel: .l4)
        }
        return Federation(hubs: hubs, agreements: [Agreement(from: nil, to: nil, catalogCode: nil, mode: nil)])
    }

    private static func setNumber(_ number: String, of region: RegionCode, in record: inout CaseRecord) {
        let schemes: [RegionCode: String] = [
            .shanghai: "suid", .jiangsu: "ProjectNo", .zhejiang: "projectId", .anhui: "SBLSH",
        ]
        var row = CaseRow(.localNumbers)
        row[.localNumberRegion] = region.text
        row[.localNumberScheme] = schemes[region]
        row[.localNumberValue] = number
        record.update(.localNumbers) { [row] rows in
            rows.removeAll { $0.key == row.key }
            rows.append(row)
        }
    }

    /// The calendar that is built in with two days of 2027.
    static func calendarWith2027() throws -> [UInt8] {
        var text = "date,kind,name\n"
        var date = try #require(CalendarDate("2018-01-01"))
        let end = try #require(CalendarDate("2026-12-31"))
        while date <= end {
            let isWorked = WorkCalendar.standard.isWorkday(date).isWorkday
            if isWorked != (date.weekday <= 5) { text += "\(date),\(isWorked ? "workday" : "holiday"),x\n" }
            date = date.adding(days: 1)
        }
        return Array((text + "2027-01-01,holiday,元旦\n2027-12-31,workday,x\n").utf8)
    }

    /// An application that says what every case must say.
    static func application(
        item: String = "000709035000", name: String = "新生儿入户", applied: String = "310115", handling: [String],
        mode: String = "online"
    ) -> CaseRecord {
        var record = CaseRecord()
        record[.catalogCode] = item
        record[.itemName] = name
        record[.mode] = mode
        record[.appliedDivision] = applied
        record[.handling] = handling.map { division in
            var row = CaseRow(.handling)
            row[.handlingDivision] = division
            return row
        }
        record[.named("applicant.kind")] = "1"
        record[.applicantName] = "张三"
        record[.named("applicant.idType")] = "111"
        record[.named("applicant.idNumber")] = "310101199003070019"
        record[.named("appliedAt")] = "2026-03-02T09:00:00+08:00"
        record[.status] = "submitted"
        return record
    }
}

/// A clock that stands where it was set.
final class SettableClock: GatewayClock {
    private let time: Mutex<Instant>

    init(_ time: Instant) { self.time = Mutex(time) }

    var now: Instant { time.withLock { $0 } }

    func set(_ next: Instant) { time.withLock { $0 = next } }
}

struct BenchError: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}

/// Partners that never answer: what is looked at is what the gateway decided.
private final class SilentTransport: PartnerTransport {
    func exchange(_ request: PartnerRequest, completion: @escaping @Sendable (PartnerOutcome) -> Void) {}
    func put(_ file: PartnerFile, at place: PartnerPlace, completion: @escaping @Sendable (PartnerOutcome) -> Void) {}
    func list(_ folder: String, at place: PartnerPlace) async throws(PartnerError) -> [String] { [] }
    func fetch(_ path: String, at place: PartnerPlace, limitBytes: Int) async throws(PartnerError) -> [UInt8] {
        throw .notFound(path)
    }
    func move(_ path: String, to target: String, at place: PartnerPlace) async throws(PartnerError) {}
}
