import ArgumentParser
import Foundation
import KuayuEngine
import KuayuHubs
import KuayuModel
import Logging
import ServiceLifecycle
import UnixSignals

struct HubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hub", abstract: "模拟枢纽 — runs a simulated provincial hub that speaks its own format.",
        discussion: """
            Example:
              kuayu hub 320000 --gateway https://127.0.0.1:8443 --certs certs --port 9320 --control-port 9420
            It can be told to misbehave while it runs:
              curl -X POST http://127.0.0.1:9420/control/behave/down     (none down slow unavailable garbage count duplicate late)
            Its ledger can be spoilt, and its answers to reconciliation can lie:
              curl -X POST 'http://127.0.0.1:9420/control/fault/lose?case=CSJ…'
                    (lose setback alter status invent double twin advance skew badreceipt; /control/correct puts it right)
              curl -X POST http://127.0.0.1:9420/control/lie/truncate
                    (none truncate repeat shuffle wrongsum changing wrongeid wrongmanifest)
            """)

    @Argument(help: "区域代码 — 310000 320000 330000 340000.") var region: String
    @Option(help: "网关地址 — https://host:port.") var gateway = "https://127.0.0.1:8443"
    @Option(help: "证书目录 — as made by `kuayu certs`.") var certs = "certs"
    @Option(help: "适配目录 — the folder with agreements.csv.") var regions = "regions"
    @Option(help: "端口 — of the hub's own interface; 0 takes a free one.") var port = 0
    @Option(help: "控制端口 — plain HTTP on loopback; 0 takes a free one.") var controlPort = 0
    @Option(help: "文件目录 — for regions that exchange files.") var folder: String?
    @Option(help: "密钥文件 — the secret of signed headers, for 330000.") var secretFile: String?
    @Option(help: "随机种子 — everything it invents comes from it.") var seed: UInt64 = 1
    @Option(help: "每秒新办件数 — new cases per second.") var rate = 2.0
    @Option(help: "新办件总数 — new cases in all.") var cases = 20
    @Flag(help: .hidden) var untilParentEnds = false
    @Option(help: "环节间隔毫秒 — pause between two steps of a case it handles.") var stepMilliseconds: Int64 = 600

    @Option(help: "台账数据库 — PostgreSQL that holds its ledger; in memory without.") var ledgerDatabase: String?
    @Option(help: "台账文件间隔毫秒 — pause between two ledger files, for regions that exchange files.")
    var feedMilliseconds: Int64 = 86_400_000
    @Option(help: "对账方式 — profiles it says it speaks, the best first; its region's own without.")
    var profiles: String?

    func run() async throws {
        if untilParentEnds { ParentWatch.start() }
        let settings = try settings()
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .warning
            return handler
        }
        let node = try HubNode(
            settings: settings, clock: SystemClock(), logger: Logger(label: "hub.\(region)"),
            onReady: { addresses in
                // One line for the program that started the hub.
                print("ready \(addresses.port) \(addresses.controlPort)")
                Terminal.flush()
            })
        let group = ServiceGroup(
            services: [node], gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "hub.\(region)"))
        try await group.run()
    }

    private func settings() throws -> HubSettings {
        guard let code = RegionCode(region), RegionCode.federated.contains(code) else {
            throw CommandFailure("\(region) is not simulated", help: "310000, 320000, 330000 or 340000")
        }
        guard let receiptKey = CertificateFolder(folder: certs).text("receipts.pub.pem") else {
            throw CommandFailure("there is no receipts.pub.pem in \(certs)", help: "kuayu certs init --folder \(certs)")
        }
        var settings = HubSettings(
            region: code, gateway: gateway, certificate: "\(certs)/hub-\(region).pem",
            key: "\(certs)/hub-\(region).key.pem", authority: "\(certs)/authority.pem", receiptKeyPEM: receiptKey,
            items: try items(code))
        settings.port = port
        settings.controlPort = controlPort
        settings.folder = folder
        settings.seed = seed
        settings.ledgerDatabase = ledgerDatabase
        settings.feedMilliseconds = max(1, feedMilliseconds)
        settings.profiles = try profiles.map { try ReconAgentCommand.profiles($0) }
        settings.rate = rate
        settings.caseLimit = cases
        settings.stepMilliseconds = stepMilliseconds
        if let secretFile {
            guard let data = FileManager.default.contents(atPath: secretFile) else {
                throw CommandFailure("\(secretFile) cannot be read", help: "name the file that holds the secret")
            }
            settings.secret = Array(data).filter { $0 != 10 && $0 != 13 }
        }
        return settings
    }

    /// Items that this region may send to each other one today.
    private func items(_ region: RegionCode) throws -> [RegionCode: [ServiceItem]] {
        let agreements = try AgreementFile.read(regions + "/agreements.csv")
        let day = SystemClock().now.date
        var result: [RegionCode: [ServiceItem]] = [:]
        for target in RegionCode.federated where target != region {
            result[target] = Items.standard.all.filter { item in
                agreements.contains {
                    $0.allows(from: region, to: target, item: item.catalogCode.text, mode: item.mode.rawValue, day: day)
                }
            }
        }
        return result
    }
}
