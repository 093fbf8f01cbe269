import Foundation
import KuayuAdapters
import KuayuCrypto
import KuayuEngine
import KuayuEvidence
import KuayuGateway
import KuayuModel
import KuayuTestKit
import Logging
import Synchronization
import Testing

/// What a hub may not have is withheld, and leaves a trace at both ends.
@Suite(.timeLimit(.minutes(1))) struct ReleaseTests {
    /// The level of the receiver, and whether something is withheld.
    @Test(arguments: [(DataLevel.l4, false), (.l3, true)])
    func tellsAReceiverWhatItDoesNotGet(level: DataLevel, withholds: Bool) async throws {
        let bench = try ReleaseBench(receiver: .jiangsu, level: level)
        let request = try await bench.firstRequest(try ReleaseBench.payload(to: "320100"))
        let line = request.headers.first { $0.name == WithheldHeader.name }?.value
        #expect((line != nil) == withholds)
        let withheld = try line.map { try WithheldHeader.parse($0, count: 1)[0] } ?? []
        #expect(withheld.contains("applicant.idNumber") == withholds)
        // Form fields have levels of their own: the first is L2, the second as secret as the schema says.
        #expect(withheld.contains("form[1]") == withholds && !withheld.contains("form[0]"))
        #expect(request.body.contains("RELEASED-VALUE"))
        #expect(request.body.contains("WITHHELD-VALUE") == !withholds)
        #expect(request.body.contains("330106197812031155") == !withholds)
        let attempt = try await bench.attempt()
        #expect(attempt.outcome == "delivered")
        #expect(attempt.detail == (withholds ? "withheld: " + withheld.joined(separator: " ") : nil))
    }

    /// A format that cannot do without what is withheld cannot say the case: rejected, with both reasons on record.
    @Test func aFormatThatNeedsWhatIsWithheldDoesNotGetTheCase() async throws {
        let bench = try ReleaseBench(receiver: .jiangsu, level: .l3, needsNumber: true)
        let key = try await bench.notice(try ReleaseBench.payload(to: "320100"))
        #expect(key.hasSuffix("-v3-330000"))
        let attempt = try await bench.attempt()
        let detail = try #require(attempt.detail)
        #expect(attempt.outcome == "rejected")
        #expect(detail.contains("canonical.missing") && detail.contains("; withheld: applicant.idNumber"))
    }

    @Test func namesWhatIsWithheldBesideAFile() async throws {
        let bench = try ReleaseBench(receiver: .anhui, level: .l3)
        let files = try await bench.firstFiles(try ReleaseBench.payload(to: "340100"))
        let names = files.map { $0.path.drop { $0 != "." } }
        #expect(names == [".txt", ".txt.rcp", ".txt.ok"])
        let columns = String(decoding: files[1].bytes, as: UTF8.self).split(separator: "|")
        #expect(columns.count == 4 && columns[1].hasSuffix("-v1-340000") && columns[2].hasPrefix("CSJ"))
        let paths = columns[3].split(whereSeparator: \.isWhitespace)
        #expect(paths.contains("applicant.idNumber") && paths.contains("form[1]"))
    }

    @Test func writesNothingBesideAFileThatHasEverything() async throws {
        let bench = try ReleaseBench(receiver: .anhui, level: .l4)
        let files = try await bench.firstFiles(try ReleaseBench.payload(to: "340100"))
        #expect(files.map { $0.path.drop { $0 != "." } } == [".txt", ".txt.ok"])
    }
}

/// The header itself.
@Suite struct WithheldHeaderTests {
    /// Paths of each case, and the header.
    @Test(
        arguments: [
            ([], nil), ([[]], nil), ([[], []], nil), ([["a"]], "\"a\""),
            ([["applicant.idNumber", "form[2]"]], "\"applicant.idNumber\", \"form[2]\""),
            ([["a"], ["a"]], "\"a\""), ([["a", "b"], ["a"]], "\"a\", \"b\";i=\"1\""),
            ([["b"], [], ["a", "b"]], "\"b\";i=\"1 3\", \"a\";i=\"3\""),
        ] as [([[String]], String?)])
    func isReadAsItIsWritten(paths: [[String]], header: String?) throws {
        #expect(try WithheldHeader.write(paths) == header)
        guard let header else { return }
        #expect(try WithheldHeader.parse(header, count: paths.count).map { Set($0) } == paths.map { Set($0) })
    }

    /// A header for a payload of two cases that cannot be read.
    @Test(arguments: ["a", "1", "(\"a\")", "\"a\";i=1", "\"a\";i=\"3\"", "\"a\";i=\"0\"", "\"a\";i=\"x\"", "\"a"])
    func refusesAnythingElse(header: String) {
        #expect(throws: StructuredFieldError.self) { try WithheldHeader.parse(header, count: 2) }
    }

    @Test func doesNotTellRowsApartWhenThereAreTooMany() throws {
        func rows(_ count: Int) -> [String] { ["applicant.name"] + (0..<count).map { "form[\($0)]" } }
        let short = try #require(try WithheldHeader.write([rows(300)]))
        #expect(short.utf8.count <= WithheldHeader.limitBytes && short.hasSuffix("\"form[299]\""))
        #expect(try WithheldHeader.write([rows(2000)]) == "\"applicant.name\", \"form[]\"")
        #expect(
            try WithheldHeader.write([["materials[].file.name"] + rows(2000)])?.hasPrefix("\"materials[].file.name\"")
                == true)
    }
}

/// A gateway between Zhejiang and one receiver, over partners that are reduced to what was sent to them.
struct ReleaseBench {
    let gateway: Gateway
    private let store = MemoryStore()
    private let transport = RecordingTransport()

    /// - Parameter needsNumber: whether the receiver's format needs the identity number, as those of the regions do; else
    ///   it can do without.
    init(receiver: RegionCode, level: DataLevel, needsNumber: Bool = false) throws {
        let tls = PartnerTLS(certificatePath: "", keyPath: "", authorityPath: "")
        let hubs = try [RegionCode.zhejiang, receiver].map { region in
            let adapter = try RegionFolder.adapter(region) { line in
                if needsNumber || !line.contains("{to: applicant.idNumber,") { return line }
                return line.dropLast() + ", optional: true}"
            }
            let https = HubLink.https(HTTPSLink(base: "https://\(region.text)", tls: tls, pushPath: "/cases"))
            let files = HubLink.files(FileLink(place: .directory("none"), interval: .seconds(10)))
            return FederatedHub(
                region: region, adapter: adapter, link: region == .anhui ? files : https, route: RoutePolicy(),
                allowsExtension: true, hasContentDigest: true, maxLevel: region == receiver ? level : .l4)
        }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        gateway = try Gateway(
            federation: Federation(
                hubs: hubs, agreements: [Agreement(from: nil, to: nil, catalogCode: nil, mode: nil)]),
            number: 1,
            ports: Gateway.Ports(
                store: store, transport: transport, signer: try Ed25519Key.generate(), crypto: LibCrypto(),
                clock: FixedClock()),
            logger: logger, onHalt: { Issue.record("halted: \($0)") })
    }

    // MARK: what was sent

    struct Request {
        let headers: [(name: String, value: String)]
        let body: String
    }

    /// Hands a payload in; what the receiver gets first.
    func firstRequest(_ payload: [UInt8]) async throws -> Request {
        try await take(payload)
        for await request in transport.requests where request.url.contains("320000") {
            return Request(headers: request.headers, body: String(decoding: request.body, as: UTF8.self))
        }
        throw CancellationError()
    }

    /// Hands a payload in; the key of the message by which the origin hears that it was not taken.
    func notice(_ payload: [UInt8]) async throws -> String {
        try await take(payload)
        for await request in transport.requests where request.url.contains("330000") {
            let key = request.headers.first { $0.name == "Idempotency-Key" }?.value ?? ""
            if !key.contains("-v2-") { return key }
        }
        throw CancellationError()
    }

    /// The files of one payload, in the order in which they were written.
    func firstFiles(_ payload: [UInt8]) async throws -> [PartnerFile] {
        try await take(payload)
        var files: [PartnerFile] = []
        for await file in transport.files {
            files.append(file)
            if file.path.hasSuffix(".ok") { return files }
        }
        throw CancellationError()
    }

    private func take(_ payload: [UInt8]) async throws {
        let answer = await gateway.take(IntakePayload(sender: .zhejiang, bytes: payload, key: "k1"))
        guard case .cases(let cases, _) = answer, cases.count == 1 else {
            Issue.record("\(answer)")
            return
        }
        #expect(cases[0].outcome == .accepted, "\(cases[0].issues)")
    }

    /// The attempt of the first delivery, once its reply is on record.
    func attempt() async throws -> AttemptRow {
        // A command's answer comes after the rows of the replies before it.
        _ = await gateway.carryOut(.resume(.zhejiang, by: "test"))
        return try #require(try store.read { try $0.attempts(DeliveryID(1)) }.first)
    }

    // MARK: fixtures

    /// A case of Zhejiang for a division elsewhere, with two form fields, the first of a low level.
    static func payload(to division: String) throws -> [UInt8] {
        let sample = try String(
            contentsOfFile: RegionFolder.path(.zhejiang) + "/samples/13-library-shared.json", encoding: .utf8)
        let form =
            #"\"form\":[{\"key\":\"a\",\"value\":\"RELEASED-VALUE\",\"level\":\"L2\"},"#
            + #"{\"key\":\"b\",\"value\":\"WITHHELD-VALUE\"}],"#
        let marked = sample.replacing(#"\"csjExt\":{"#, with: #"\"csjExt\":{"# + form)
        #expect(marked != sample)
        return Array(marked.replacing("320100", with: division).utf8)
    }
}

private struct FixedClock: GatewayClock {
    /// 2026-03-02T12:10:00+08:00.
    var now: Instant { Instant(epochMilliseconds: 1_772_424_600_000) }
}

/// Partners that take everything and remember it.
private final class RecordingTransport: PartnerTransport {
    let requests: AsyncStream<PartnerRequest>
    let files: AsyncStream<PartnerFile>
    private let request: AsyncStream<PartnerRequest>.Continuation
    private let file: AsyncStream<PartnerFile>.Continuation

    init() {
        (requests, request) = AsyncStream.makeStream()
        (files, file) = AsyncStream.makeStream()
    }

    private static let taken =
        #"<?xml version="1.0" encoding="GB18030"?><Response><Code>0</Code><Message/></Response>"#

    private static let takenByZhejiang = #"{"success":true,"errorCode":"","requestId":"","data":""}"#

    func exchange(_ request: PartnerRequest, completion: @escaping @Sendable (PartnerOutcome) -> Void) {
        let body = request.url.contains("330000") ? Self.takenByZhejiang : Self.taken
        completion(.answered(status: 200, headers: [], body: Array(body.utf8)))
        self.request.yield(request)
    }

    func put(_ file: PartnerFile, at place: PartnerPlace, completion: @escaping @Sendable (PartnerOutcome) -> Void) {
        self.file.yield(file)
        completion(.answered(status: 201, headers: [], body: []))
    }

    func list(_ folder: String, at place: PartnerPlace) async throws(PartnerError) -> [String] { [] }

    func fetch(_ path: String, at place: PartnerPlace, limitBytes: Int) async throws(PartnerError) -> [UInt8] {
        throw .notFound(path)
    }

    func move(_ path: String, to target: String, at place: PartnerPlace) async throws(PartnerError) {}
}
