import Foundation
import KuayuEngine
import KuayuModel
import KuayuReconcile
import KuayuSQLite
import Synchronization

/// The main job: a federation on this machine, from the first case to ledgers that agree.
struct Demo {
    /// What is wanted.
    struct Settings: Sendable {
        var once: Bool
        var folder: String
        var certs: String
        var regions: String
        var cases: Int
        var rate: Double
        var seed: UInt64
        var down: String?
        var kills: [Double]
        /// Whether the forms of service are played beside the ordinary flow.
        var scenarios: Bool
        var limitSeconds: Double
    }

    let settings: Settings
    private let processes = DemoProcesses()

    init(settings: Settings) { self.settings = settings }

    /// Runs; true when every ledger agreed at the end.
    func run() async throws -> Bool {
        defer { processes.endAll() }
        let interrupt = Interrupt()
        print("准备证书和配置 — certificates and configuration below \(settings.certs) and \(settings.folder)")
        let plan = try prepare()
        try startHubs(plan)
        try startGateway(plan)
        print("网关 https://127.0.0.1:\(plan.port) · 管理 http://127.0.0.1:\(plan.adminPort) (metrics: /metrics)")
        let watch = DemoWatch(plan: plan, processes: processes, settings: settings)
        let store = try SQLiteStore(path: settings.folder + "/kuayu.sqlite", creates: false)
        let scenarios = settings.scenarios ? Task { await DemoScenarios(plan: plan, store: store).run() } : nil
        var isDone = try await follow(watch, plan, scenarios, interrupt)
        scenarios?.cancel()
        if let outcomes = await scenarios?.value { isDone = DemoScenarios.Outcome.print(outcomes) && isDone }
        let ledgers = DemoLedgers(plan: plan)
        var agrees = try ledgers.compareAndPrint()
        agrees = try ledgers.reconcileAndPrint() && agrees
        if agrees && isDone { agrees = try DemoFaults(plan: plan).run() }
        if settings.once || interrupt.isSet { return agrees && isDone }
        print("\n继续运行，Ctrl-C 结束 — running on; try: kuayu case list --config \(settings.folder)/kuayu.yaml")
        while !interrupt.isSet { try await Task.sleep(for: .milliseconds(200)) }
        return agrees
    }

    // MARK: starting

    private func prepare() throws -> DemoPlan {
        let certificates = CertificateFolder(folder: settings.certs)
        if !certificates.isUsable { try certificates.initialize(days: 30) }
        for region in RegionCode.federated { try certificates.issueHub(region.text, days: 30) }
        try? FileManager.default.removeItem(atPath: settings.folder)
        try FileManager.default.createDirectory(atPath: settings.folder, withIntermediateDirectories: true)
        let secret = settings.folder + "/zj-secret"
        _ = FileManager.default.createFile(
            atPath: secret, contents: Data("demo-secret-\(settings.seed)-0123456789abcdef".utf8),
            attributes: [.posixPermissions: 0o600])
        return DemoPlan(
            settings: settings, port: try FreePort.find(), adminPort: try FreePort.find(), secretFile: secret)
    }

    private func startHubs(_ plan: DemoPlan) throws {
        for region in RegionCode.federated {
            let line = try processes.start(
                region.text, plan.hubArguments(region), log: "\(settings.folder)/hub-\(region.text).log", waits: true)
            let ports = line.split(separator: " ").compactMap { Int($0) }
            guard ports.count == 2 else { throw CommandFailure("hub \(region.text) says \(line)", help: "see its log") }
            plan.ports.withLock { $0[region] = DemoPlan.Ports(main: ports[0], control: ports[1]) }
        }
        try Data(plan.configuration.utf8).write(to: URL(fileURLWithPath: settings.folder + "/kuayu.yaml"))
    }

    private func startGateway(_ plan: DemoPlan) throws {
        _ = try processes.start(
            "gateway",
            ["serve", "--config", settings.folder + "/kuayu.yaml", "--log-level", "warning", "--until-parent-ends"],
            log: "\(settings.folder)/gateway.log", waits: false)
        let admin = AdminClient(port: plan.adminPort)
        for _ in 0..<400 {
            if (try? admin.get("/readyz")) != nil { return }
            guard processes.isRunning("gateway") else { break }
            usleep(25_000)
        }
        let reason = (try? String(contentsOfFile: settings.folder + "/gateway.log", encoding: .utf8)) ?? ""
        throw CommandFailure(
            "the gateway did not start: \(reason.suffix(800))", help: "see \(settings.folder)/gateway.log")
    }

    // MARK: following

    /// Shows progress until everything is finished; false when the time was up.
    private func follow(
        _ watch: DemoWatch, _ plan: DemoPlan, _ scenarios: Task<[DemoScenarios.Outcome], Never>?, _ interrupt: Interrupt
    ) async throws -> Bool {
        let areScenariosOver = SharedFlag()
        Task {
            _ = await scenarios?.value
            areScenariosOver.set()
        }
        let clock = ContinuousClock()
        let start = clock.now
        var script = DemoScript(settings: settings)
        while !interrupt.isSet {
            let elapsed =
                Double((clock.now - start).components.seconds) + Double((clock.now - start).components.attoseconds)
                / 1e18
            for step in script.due(at: elapsed) { try perform(step, plan) }
            let state = watch.look()
            watch.show(state, elapsed: elapsed)
            if state.isFinished && script.isOver && areScenariosOver.isSet {
                watch.finish()
                return true
            }
            if elapsed > settings.limitSeconds {
                watch.finish()
                print("时间到 — not everything was finished within \(Int(settings.limitSeconds)) s")
                return false
            }
            try await Task.sleep(for: .milliseconds(250))
        }
        return false
    }

    private func perform(_ step: DemoScript.Step, _ plan: DemoPlan) throws {
        switch step {
        case .hubDown(let region):
            print("⏻ \(region) 停机 — goes away")
            _ = try plan.control(region)?.post("/control/behave/down")
        case .hubUp(let region):
            print("⏻ \(region) 恢复 — comes back")
            _ = try plan.control(region)?.post("/control/behave/none")
        case .killGateway:
            print("✂ 网关被杀死 (SIGKILL)，重新启动 — the gateway is killed and started again")
            processes.end("gateway", signal: SIGKILL)
            try startGateway(plan)
        }
    }
}

/// What happens when, in seconds from the start.
struct DemoScript {
    enum Step { case hubDown(String), hubUp(String), killGateway }

    private var steps: [(at: Double, step: Step)] = []

    init(settings: Demo.Settings) {
        if let down = settings.down { steps += [(1.5, .hubDown(down)), (6.5, .hubUp(down))] }
        steps += settings.kills.map { ($0, .killGateway) }
        steps.sort { $0.at < $1.at }
    }

    var isOver: Bool { steps.isEmpty }

    mutating func due(at time: Double) -> [Step] {
        let due = steps.prefix { $0.at <= time }.map(\.step)
        steps.removeFirst(due.count)
        return due
    }
}

/// Ctrl-C, seen once.
struct Interrupt: Sendable {
    private static let flag = SharedFlag()

    init() {
        signal(SIGINT) { _ in Interrupt.flag.set() }
        signal(SIGTERM) { _ in Interrupt.flag.set() }
    }

    var isSet: Bool { Self.flag.isSet }
}
