import Foundation
import KuayuCurl
import KuayuGateway
import Synchronization

/// A gateway and simulated hubs on this machine, each a process, with certificates and a folder of their own.
///
/// Hubs that a test does not run are configured all the same, at a port where nobody listens.
final class TestFederation: Sendable {
    /// What a test wants.
    struct Setup: Sendable {
        /// Simulated hubs that run.
        var hubs: [String] = []
        /// New cases that each of them makes.
        var cases = 0
        /// Pause between two steps of a case; a second at least keeps the times of steps apart in every format.
        var stepMilliseconds = 1_000
        /// Level of the gateway's log.
        var logLevel = "info"
        /// Whether every exchange is recorded on the wire.
        var records = false
        /// Payloads that one hub may hand in within a second, in place of what the regions say.
        var perSecond: Int?
        /// The hub that keeps the licence library; nil for no library.
        var library: String?
        /// Whether hubs send and take the extension block.
        var takesExtension = true
        /// Where Anhui's files are; nil for a directory of the federation's own.
        var anhui: AnhuiPlace?
    }

    /// The folder that the hub of Anhui works on, and how the gateway reaches it, as the configuration says it.
    struct AnhuiPlace: Sendable {
        var folder: String
        var way: String
    }

    let setup: Setup
    let folder: TemporaryFolder
    let port: Int
    let adminPort: Int
    let transport: CurlTransport
    /// Shared secret of the signed headers of Zhejiang.
    static let secret = "0123456789abcdef0123456789abcdef"

    private let processes = Mutex<[String: ProgramProcess]>([:])
    private let hubs = Mutex<[String: HubPorts]>([:])
    private let recorders = Mutex<[String: WireRecorder]>([:])

    /// Ports of a running hub; its own port is 0 where it exchanges files.
    struct HubPorts: Sendable {
        var main: Int
        var control: Int
    }

    /// A partner that is killed must not end the tests.
    ///
    /// Set before libcurl and SwiftNIO run, which both change it and of which one puts back what it found.
    private static let ignoresBrokenPipes: Bool = {
        signal(SIGPIPE, SIG_IGN)
        return true
    }()

    private init(_ setup: Setup) throws {
        precondition(Self.ignoresBrokenPipes)
        self.setup = setup
        folder = try TemporaryFolder()
        port = try Ports.free()
        adminPort = try Ports.free()
        transport = try CurlTransport()
    }

    /// Runs `body` with a federation that is up, and ends every process of it afterwards.
    static func with<Result: Sendable>(
        _ setup: Setup = Setup(), _ body: (TestFederation) async throws -> Result
    ) async throws -> Result {
        try await (setup.hubs.isEmpty ? Turns.gateways : Turns.federations).take {
            let federation = try TestFederation(setup)
            defer { federation.end() }
            try await federation.start()
            let result = try await body(federation)
            await federation.transport.shutdown()
            return result
        }
    }

    // MARK: starting and ending

    private func start() async throws {
        try await makeCertificates()
        try folder.write(Self.secret, "zj-secret")
        try FileManager.default.createDirectory(
            atPath: folder.file("anhui/out"), withIntermediateDirectories: true)
        for hub in setup.hubs { try await startHub(hub) }
        try folder.write(configuration, "kuayu.yaml")
        try await startGateway()
        if !setup.takesExtension {
            for hub in setup.hubs {
                _ = try await Loopback.post("/control/extension/off", port: self.hub(hub).control)
            }
        }
    }

    private func makeCertificates() async throws {
        try await succeed(["certs", "init", "--folder", certificates])
        for region in ["310000", "320000", "330000", "340000", "110000"] {
            try await succeed(["certs", "issue", region, "--folder", certificates])
        }
    }

    /// Starts the gateway and waits until it is ready.
    func startGateway() async throws {
        let gateway = try spawn(
            "gateway",
            ["serve", "--config", folder.file("kuayu.yaml"), "--log-level", setup.logLevel, "--until-parent-ends"])
        try await eventually("the gateway is ready", state: gateway.errors) {
            if let code = gateway.code { throw NeverHappened(description: "ended with \(code): \(gateway.errors)") }
            return (try? await Loopback.get("/readyz", port: self.adminPort).status) == 200
        }
        // The main interface opens a little after the other.
        try await eventually("hubs may connect", state: gateway.errors) {
            self.setup.logLevel == "warning" || gateway.errors.contains("hubs may connect")
        }
    }

    /// Ends the gateway gracefully and starts it anew; its log begins anew too.
    func restartGateway() async throws {
        gateway?.send(SIGTERM)
        try await eventually("the gateway has ended", within: .seconds(30), state: self.log) {
            self.gateway?.code != nil
        }
        try await startGateway()
    }

    private func startHub(_ region: String) async throws {
        var arguments = [
            "hub", region, "--gateway", "https://127.0.0.1:\(try await portForHub(region))", "--certs", certificates,
            "--regions", regions, "--seed", "7", "--rate", "50", "--cases", "\(setup.cases)", "--step-milliseconds",
            "\(setup.stepMilliseconds)", "--until-parent-ends",
        ]
        if region == "340000" { arguments += ["--folder", setup.anhui?.folder ?? folder.file("anhui")] }
        if region == "330000" { arguments += ["--secret-file", folder.file("zj-secret")] }
        let hub = try spawn("hub-\(region)", arguments)
        try await eventually("hub \(region) is ready", state: hub.errors) { hub.output.contains("ready ") }
        let ports = hub.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard ports.count == 2 else { throw NeverHappened(description: "hub \(region) says \(hub.output)") }
        var own = ports[0]
        if setup.records && own != 0 {
            own = try await record("to-\(region)", as: "gateway", behind: "hub-\(region)", own)
        }
        hubs.withLock { $0[region] = HubPorts(main: own, control: ports[1]) }
    }

    /// Where a hub finds the gateway: behind a recorder if one is wanted.
    private func portForHub(_ region: String) async throws -> Int {
        if !setup.records { return port }
        return try await record("from-\(region)", as: "hub-\(region)", behind: "gateway", port)
    }

    private func record(_ name: String, as client: String, behind server: String, _ port: Int) async throws -> Int {
        let recorder = try await WireRecorder.start(
            certificates: certificates, shows: server, speaksAs: client, towards: port)
        recorders.withLock { $0[name] = recorder }
        return recorder.port
    }

    private func spawn(_ name: String, _ arguments: [String]) throws -> ProgramProcess {
        let process = try ProgramProcess(Program.executable(), arguments, name: name, folder: folder.path)
        processes.withLock { $0[name] = process }
        return process
    }

    private func succeed(_ arguments: [String]) async throws {
        let result = try await Program.run(arguments)
        if result.code != 0 { throw NeverHappened(description: "\(arguments): \(result.errors)") }
    }

    /// Kills what still runs: everything that was acknowledged is on disk, and the folder goes anyway.
    private func end() {
        for process in processes.withLock({ $0 }).values { process.send(SIGKILL) }
        for recorder in recorders.withLock({ $0 }).values { recorder.stop() }
    }

    // MARK: what there is

    var certificates: String { folder.file("certs") }
    var regions: String { Program.repository + "/regions" }
    var configurationPath: String { folder.file("kuayu.yaml") }
    var gateway: ProgramProcess? { processes.withLock { $0["gateway"] } }
    /// Everything the gateway has logged.
    var log: String { gateway?.errors ?? "" }

    func hub(_ region: String) throws -> HubPorts {
        guard let ports = hubs.withLock({ $0[region] }) else {
            throw NeverHappened(description: "hub \(region) does not run")
        }
        return ports
    }

    func recorder(_ name: String) throws -> WireRecorder {
        guard let recorder = recorders.withLock({ $0[name] }) else {
            throw NeverHappened(description: "nothing is recorded under \(name)")
        }
        return recorder
    }

    private var configuration: String {
        let running = hubs.withLock { $0 }
        func url(_ region: String) -> String { "https://127.0.0.1:\(running[region]?.main ?? 1)" }
        let block = setup.takesExtension ? "" : ", extension: false"
        let rate = setup.perSecond.map { ", perSecond: \($0)" } ?? ""
        return """
            gateway: {number: 1}
            listen: {address: 127.0.0.1, port: \(port)}
            admin: {address: 127.0.0.1, port: \(adminPort)}
            store: kuayu.sqlite
            regions: \(regions)
            tls: {certificate: certs/gateway.pem, key: certs/gateway.key.pem, authority: certs/authority.pem}
            receipts: {key: certs/receipts.key.pem}
            hubs:
              "310000": {url: "\(url("310000"))"\(block)}
              "320000": {url: "\(url("320000"))"\(block)}
              "330000": {url: "\(url("330000"))", secretFile: zj-secret\(block)}
              "340000": \(setup.anhui?.way ?? "{directory: anhui\(block)}")
            \(setup.library.map { "licences: {url: \"\(url($0))\", identity: \"urn:kuayu:hub:\($0)\"}" } ?? "")
            pace: {retryBase: 50ms, retryCap: 400ms, probeBase: 200ms, probeCap: 500ms, pull: 200ms, files: 100ms, look: 200ms\(rate)}

            """
    }
}
