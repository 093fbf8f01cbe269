import InMemoryLogging
import KuayuCLI
import KuayuCrypto
import KuayuCurl
import KuayuEvidence
import KuayuGateway
import KuayuModel
import KuayuTestKit
import Logging
import Synchronization
import Testing

/// A file of Anhui that stays without its `.ok`: nobody reads it, and after a quarter of an hour somebody is told.
///
/// The gateway runs in this process, with a clock that the test turns; the files lie behind a real sshd.
@Suite(.enabled(if: SSHServer.isAvailable, "sshd is not installed (package openssh-server)"), .timeLimit(.minutes(2)))
struct FileAlarmTests {
    private static let quarterHour: Int64 = 900_000
    private let server: SSHServer
    private let clock = HandClock(TestFederation.now)
    private let log = InMemoryLogHandler()

    init() throws { server = try SSHServer() }

    @Test func tellsOnceAfterAQuarterOfAnHourAndTakesTheFileWhenItIsComplete() async throws {
        try await withGateway {
            try put("001", "01-new-person.txt")
            // Whatever is complete is taken; once it is answered, the gateway has looked at the other too.
            try await takes("002", "02-new-legal-person.txt")
            clock.advance(milliseconds: Self.quarterHour)
            try await takes("003", "14-materials-owed.txt")
            #expect(alarms.isEmpty, "not after exactly a quarter of an hour")
            clock.advance(milliseconds: 1)
            try await takes("004", "13-bundle.txt")
            #expect(alarms == ["340000 \(name("001"))"])
            clock.advance(milliseconds: Self.quarterHour)
            try await takes("005", "09-withdrawn.txt")
            #expect(alarms.count == 1, "told once")
            #expect(server.read("out/\(name("001")).ack") == nil)
            try await takes("001", "01-new-person.txt")
            #expect(server.read("out/\(name("001"))") != nil, "the file is kept")
        }
    }

    /// The time counts from when the file was seen first, for each file.
    @Test func countsForEachFile() async throws {
        try await withGateway {
            try put("001", "01-new-person.txt")
            try await takes("002", "02-new-legal-person.txt")
            clock.advance(milliseconds: Self.quarterHour / 2)
            try put("003", "14-materials-owed.txt")
            try await takes("004", "13-bundle.txt")
            // One that is completed in time is never told of.
            try await takes("001", "01-new-person.txt")
            clock.advance(milliseconds: Self.quarterHour / 2 + 1)
            try await takes("005", "09-withdrawn.txt")
            #expect(alarms.isEmpty)
            clock.advance(milliseconds: Self.quarterHour / 2)
            try await takes("006", "10-not-accepted.txt")
            #expect(alarms == ["340000 \(name("003"))"])
        }
    }

    // MARK: files

    private func name(_ number: String) -> String { "340000_BJ_20260302093105_\(number).txt" }

    /// Writes a file without its `.ok`.
    private func put(_ number: String, _ sample: String) throws {
        try server.write("out/\(name(number))", Sample.bytes("340000", sample))
    }

    /// Writes a file with its `.ok` and waits until it is answered.
    private func takes(_ number: String, _ sample: String) async throws {
        let bytes = try Sample.bytes("340000", sample)
        try server.write("out/\(name(number))", bytes)
        let lines = bytes.count { $0 == 10 } + (bytes.last == 10 ? 0 : 1)
        let manifest = FileManifest(lineCount: lines, sm3: HexText.encode(SM3.digest(bytes)))
        try server.write("out/\(name(number)).ok", manifest.text)
        try await eventually("\(name(number)) is answered", state: "\(log.entries)") {
            server.read("out/\(name(number)).ack") != nil
        }
    }

    // MARK: the gateway

    /// Region and file of each alarm.
    private var alarms: [String] {
        log.entries.filter { $0.level == .error && $0.message == "a file has no .ok" }
            .map { "\($0.metadata["region"] ?? "") \($0.metadata["file"] ?? "")" }
    }

    private func withGateway(_ body: () async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try folder.write(configuration, "kuayu.yaml")
        let transport = try CurlTransport()
        let gateway = try Gateway(
            federation: Workbench.federation(configuration: folder.file("kuayu.yaml")), number: 1,
            ports: Gateway.Ports(
                store: MemoryStore(), transport: transport, signer: Ed25519Key.generate(), crypto: LibCrypto(),
                clock: clock),
            logger: Logger(label: "test") { [log] _ in log }, onHalt: { Testing.Issue.record("halted: \($0)") })
        let running = Task { try await gateway.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        running.cancel()
        _ = await running.result
        await transport.shutdown()
        try result.get()
    }

    /// Nobody listens at Shanghai's address.
    private var configuration: String {
        """
        regions: \(Program.repository)/regions
        hubs:
          "310000": {url: "https://127.0.0.1:1"}
          "340000": \(server.place.configuration)
        pace: {retryBase: 50ms, retryCap: 400ms, probeBase: 200ms, probeCap: 500ms, pull: 200ms, files: 20ms}

        """
    }
}

/// A clock that stands until it is turned.
private final class HandClock: GatewayClock {
    private let time: Mutex<Instant>

    init(_ time: Instant) { self.time = Mutex(time) }

    var now: Instant { time.withLock { $0 } }

    func advance(milliseconds: Int64) { time.withLock { $0 = $0.adding(milliseconds: milliseconds) } }
}
