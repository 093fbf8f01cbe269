import Foundation
import KuayuCLI
import KuayuCurl
import KuayuGateway
import KuayuModel

/// The real gateway as a process of its own.
struct GatewayProcess {
    /// `https://127.0.0.1:port`.
    let base: String
    private let process: Process

    /// Starts `kuayu serve` over a fresh store and waits until it is ready.
    static func start(
        program: String, stage: Stage, name: String, ports: [RegionCode: Int], slots: Int?, transport: CurlTransport
    ) async throws -> GatewayProcess {
        let port = try Workbench.freePort()
        let configuration = try stage.writeConfiguration(
            name, listen: port, admin: try Workbench.freePort(), ports: ports, slots: slots)
        let log = "\(stage.folder)/\(name).log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        // It ends by itself when this program is gone, however it went.
        process.arguments = ["serve", "--config", configuration, "--log-level", "warning", "--until-parent-ends"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle(forWritingAtPath: log) ?? FileHandle.nullDevice
        try process.run()
        let gateway = GatewayProcess(base: "https://127.0.0.1:\(port)", process: process)
        guard await gateway.isReady(stage, transport) else {
            await gateway.stop()
            throw BenchFailure("the gateway did not start: \(MachineFacts.text(log).suffix(800))")
        }
        return gateway
    }

    private func isReady(_ stage: Stage, _ transport: CurlTransport) async -> Bool {
        let request = PartnerRequest(method: "GET", url: base + "/readyz", tls: stage.identity(stage.hubs[0]))
        for _ in 0..<400 where process.isRunning {
            if case .answered(200, _, _) = await transport.exchange(request) { return true }
            do { try await Task.sleep(for: .milliseconds(25)) } catch { return false }
        }
        return false
    }

    /// Processor time so far, seconds.
    var processorSeconds: Double { ProcessUse.seconds(of: process.processIdentifier) }

    var isRunning: Bool { process.isRunning }

    /// Ends it: politely, and after ten seconds otherwise.
    func stop() async {
        if process.isRunning { process.terminate() }
        for _ in 0..<500 where process.isRunning {
            // Cancelled: no time for politeness.
            do { try await Task.sleep(for: .milliseconds(20)) } catch { break }
        }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
}
