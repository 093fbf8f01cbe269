import ArgumentParser
import Foundation

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "演示 — a whole federation on this machine: four hubs, twelve directions, one hub down for a while.",
        discussion: """
            Examples:
              kuayu demo                       runs until interrupted
              kuayu demo --once                ends when every ledger agrees; exit code 0 only then
              kuayu demo --once --kill-gateway-at 4    kills the gateway after 4 seconds and starts it again
            Everything happens on 127.0.0.1 and below --folder. Exit code 2 when ledgers do not agree.
            """)

    @Flag(help: "一次 — end when every case is finished and the ledgers were compared.") var once = false
    @Option(help: "工作目录 — what the demo writes; made anew.") var folder = "var/demo"
    @Option(help: "证书目录 — demo certificates, made when missing.") var certs = "certs/demo"
    @Option(help: "适配目录 — the folder of the adapters.") var regions = "regions"
    @Option(help: "每枢纽办件数 — new cases per hub.") var cases = 18
    @Option(help: "每秒新办件数 — new cases per second and hub.") var rate = 4.0
    @Option(help: "随机种子 — everything the hubs invent comes from it.") var seed: UInt64 = 1
    @Option(help: "停机枢纽 — the hub that goes away for a while; 0 for none.") var down = "330000"
    @Option(help: "几秒后杀死网关 — kill the gateway after so many seconds (SIGKILL) and start it again; repeatable.")
    var killGatewayAt: [Double] = []
    @Flag(inversion: .prefixedNo, help: "服务形式 — plays joint, bundle, owed and collected cases beside the flow.")
    var scenarios = true
    @Option(help: "最长秒数 — give up after so many seconds.") var limit = 120.0

    func run() async throws {
        let demo = Demo(
            settings: Demo.Settings(
                once: once, folder: folder, certs: certs, regions: regions, cases: cases, rate: rate, seed: seed,
                down: down == "0" ? nil : down, kills: killGatewayAt.sorted(), scenarios: scenarios, limitSeconds: limit
            ))
        let agrees = try await demo.run()
        if !agrees { throw ExitCode(2) }
    }
}
