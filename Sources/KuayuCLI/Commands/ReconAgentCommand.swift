import ArgumentParser
import Foundation
import KuayuGateway
import KuayuHTTP
import KuayuHubs
import KuayuModel
import KuayuReconcile
import Logging
import ServiceLifecycle
import UnixSignals

struct ReconCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recon", abstract: "对账接口 — the hub's side of reconciliation.",
        subcommands: [ReconAgentCommand.self])
}

struct ReconAgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "对账代理 — serves a hub's ledger to the gateway, from a file or a database.",
        discussion: """
            It runs beside the hub's own system, reads, and changes nothing; only the gateway may ask it.
            Examples:
              kuayu recon agent 330000 --certs certs --csv ledger.csv --port 9543
              kuayu recon agent 330000 --certs certs --database "host=/run/postgresql dbname=hub" --port 9543
            Columns of the file: lane,case_id,registered_at,version,status,state_at,content_digest,nonce,number.
            """)

    @Argument(help: "区域代码 — the hub's region, 6 digits.") var region: String
    @Option(help: "台账文件 — CSV that the hub's system replaces whole.") var csv: String?
    @Option(help: "台账数据库 — PostgreSQL, keywords and values or a URI.") var database: String?
    @Option(help: "证书目录 — hub-REGION.pem, its key, authority.pem.") var certs = "certs"
    @Option(help: "地址 — where it listens.") var address = "127.0.0.1"
    @Option(help: "端口 — 0 takes a free one.") var port = 0
    @Option(help: "对账方式 — profiles it says it speaks, the best first.") var profiles = "S,N,F"
    @Flag(help: .hidden) var untilParentEnds = false

    func run() async throws {
        if untilParentEnds { ParentWatch.start() }
        guard let hub = RegionCode(region) else {
            throw CommandFailure("\(region) is not a region code", help: "6 digits, for example 330000")
        }
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .warning
            return handler
        }
        let logger = Logger(label: "recon.\(region)")
        let settings = ReconAPI.Settings(hub: hub, profiles: try Self.profiles(profiles))
        let agent = ReconAgent(
            api: ReconAPI(settings: settings, source: try source(), clock: SystemClock()), address: address, port: port,
            files: ServerTLSFiles(
                certificatePath: "\(certs)/hub-\(region).pem", keyPath: "\(certs)/hub-\(region).key.pem",
                authorityPath: "\(certs)/authority.pem"),
            logger: logger,
            onReady: { port in
                // One line for the program that started the agent.
                print("ready \(port)")
                Terminal.flush()
            })
        let group = ServiceGroup(
            services: [agent], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        try await group.run()
    }

    private func source() throws -> any HubLedgerSource {
        switch (csv, database) {
        case (let csv?, nil): return CSVLedgerSource(path: csv)
        case (nil, let conninfo?): return HubLedgers.postgreSQL(conninfo: conninfo)
        default: throw CommandFailure("name --csv or --database, one of them", help: "kuayu recon agent --help")
        }
    }

    /// Profiles of a list with commas.
    static func profiles(_ list: String) throws -> [ReconcileProfile] {
        try list.split(separator: ",").map { name in
            guard let profile = ReconcileProfile(rawValue: String(name)) else {
                throw CommandFailure("\(name) is not a profile", help: "S, N and F, with commas between")
            }
            return profile
        }
    }
}
