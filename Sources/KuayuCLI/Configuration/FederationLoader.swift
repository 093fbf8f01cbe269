import Foundation
import KuayuAdapters
import KuayuEngine
import KuayuFormats
import KuayuGateway
import KuayuModel
import KuayuReconcile

/// Reads adapters, agreements and the configuration into a federation.
struct FederationLoader {
    let configuration: GatewayConfiguration

    /// What loading found.
    struct Loaded {
        var federation: Federation
        /// What the adapters' checker says, errors and warnings.
        var diagnostics: [Diagnostic]
    }

    func load() throws -> Loaded {
        var hubs: [FederatedHub] = []
        var diagnostics: [Diagnostic] = []
        for (region, way) in configuration.hubs.sorted(by: { $0.key < $1.key }) {
            let folder = configuration.regions + "/" + region.text
            let compiled = Adapter.compile(try AdapterFolder.read(folder))
            diagnostics += compiled.diagnostics
            guard let adapter = compiled.adapter else {
                let errors = compiled.diagnostics.filter { $0.severity == .error }.map { $0.rendered() }
                throw CommandFailure(
                    "the adapter of \(region.text) does not compile:\n" + errors.joined(separator: "\n"),
                    help: "kuayu adapter check \(folder)")
            }
            hubs.append(try hub(region, adapter: adapter, way: way))
        }
        let agreements = try AgreementFile.read(configuration.regions + "/agreements.csv")
        return Loaded(federation: Federation(hubs: hubs, agreements: agreements), diagnostics: diagnostics)
    }

    private func hub(
        _ region: RegionCode, adapter: Adapter, way: GatewayConfiguration.Hub
    ) throws -> FederatedHub {
        let profile = adapter.profile
        if profile.capability == .statusQueryable && (profile.transport == .files || profile.endpoints.status == nil) {
            throw CommandFailure(
                "hub \(region.text) is status-queryable and says nowhere how to ask",
                help: "endpoints.status in its region.yaml, or another capability")
        }
        return FederatedHub(
            region: region, adapter: adapter, link: try link(region, profile: profile, way: way), route: route(profile),
            allowsExtension: way.takesExtension ?? profile.takesExtension, hasContentDigest: profile.comparesContent,
            maxLevel: profile.maxLevel, reconciliation: reconciliation(profile, way: way))
    }

    private func reconciliation(_ profile: HubProfile, way: GatewayConfiguration.Hub) -> ReconciliationPlan? {
        let grace = configuration.reconciliation.grace.map(Duration.milliseconds) ?? profile.reconciliation?.grace
        let named = way.reconcile ?? profile.reconciliation?.profile.rawValue
        return named.flatMap(ReconcileProfile.init).map {
            ReconciliationPlan(profile: $0, grace: grace ?? .seconds(900), cutOffMinutes: profile.cutOffMinutes)
        }
    }

    private func route(_ profile: HubProfile) -> RoutePolicy {
        let pace = configuration.pace
        let capability: ReceiverCapability =
            switch profile.capability {
            case .dedupesByID: .dedupesByID
            case .statusQueryable: .statusQueryable
            case .neither: .neither
            }
        return RoutePolicy(
            capability: capability, slots: pace.slots ?? max(1, profile.limits.concurrency), batch: profile.batch,
            retry: RetryPolicy(
                base: pace.retryBase.map(Duration.milliseconds) ?? profile.retry.base,
                cap: pace.retryCap.map(Duration.milliseconds) ?? profile.retry.cap, deadline: profile.retry.deadline),
            probeBase: pace.probeBase.map(Duration.milliseconds) ?? .seconds(30),
            probeCap: pace.probeCap.map(Duration.milliseconds) ?? .seconds(300))
    }

    private func link(
        _ region: RegionCode, profile: HubProfile, way: GatewayConfiguration.Hub
    ) throws -> HubLink {
        if profile.transport == .files { return .files(try files(region, profile: profile, way: way)) }
        guard let url = way.url else {
            throw CommandFailure(
                "hub \(region.text) serves HTTPS and the configuration gives no url",
                help: "hubs.\(region.text).url: https://host:port")
        }
        let tls = PartnerTLS(
            certificatePath: configuration.tls.certificate, keyPath: configuration.tls.key,
            authorityPath: configuration.tls.authority, pins: try profile.pins.map(base64Pin),
            expectedURI: profile.san, denied: configuration.deniedCertificates)
        return .https(
            HTTPSLink(
                base: url, tls: tls, pushPath: profile.endpoints.push ?? "/", statusPath: profile.endpoints.status,
                pull: pull(profile), signature: try signature(region, profile: profile, way: way)))
    }

    private func base64Pin(_ hexadecimal: String) throws -> String {
        guard let bytes = HexText.decode(hexadecimal) else {
            throw CommandFailure("a pin is not hexadecimal: \(hexadecimal)", help: "kuayu certs show prints pins")
        }
        return Base64.encode(bytes)
    }

    private func pull(_ profile: HubProfile) -> PullPlan? {
        guard profile.transport == .pullAndPush, let list = profile.endpoints.list,
            let receipts = profile.endpoints.receipts
        else { return nil }
        return PullPlan(
            listPath: list, receiptsPath: receipts,
            interval: configuration.pace.pull.map(Duration.milliseconds) ?? profile.pull?.interval ?? .seconds(30),
            overlap: profile.pull?.overlap ?? .seconds(120))
    }

    private func signature(
        _ region: RegionCode, profile: HubProfile, way: GatewayConfiguration.Hub
    ) throws -> HeaderSignature? {
        guard let signature = profile.signature else { return nil }
        guard let path = way.secretFile, let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(
                "hub \(region.text) signs its headers and there is no secret",
                help: "hubs.\(region.text).secretFile names a file that holds it, readable by the gateway only")
        }
        let secret = Array(data).filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return HeaderSignature(rid: signature.rid, sid: signature.sid, secret: secret)
    }

    private func files(
        _ region: RegionCode, profile: HubProfile, way: GatewayConfiguration.Hub
    ) throws -> FileLink {
        let place: PartnerPlace
        if let sftp = way.sftp {
            place = .sftp(
                SFTPPlace(
                    host: sftp.host, port: sftp.port, user: sftp.user, privateKeyPath: sftp.privateKey,
                    publicKeyPath: sftp.publicKey, hostKeySHA256: sftp.hostKey, root: sftp.root))
        } else if let directory = way.directory {
            place = .directory(directory)
        } else {
            throw CommandFailure(
                "hub \(region.text) exchanges files and the configuration names no place",
                help: "hubs.\(region.text).directory or .sftp")
        }
        return FileLink(
            place: place, outFolder: profile.endpoints.outFolder ?? "out", inFolder: profile.endpoints.inFolder ?? "in",
            interval: configuration.pace.files.map(Duration.milliseconds) ?? .seconds(10))
    }
}

/// Reads an adapter folder from disk.
enum AdapterFolder {
    /// Every file below the folder, by its path in it.
    static func read(_ folder: String) throws -> AdapterFiles {
        var isFolder: ObjCBool = false
        // An enumerator of nothing is there on Linux as well, and empty.
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue,
            let names = FileManager.default.enumerator(atPath: folder)
        else {
            throw CommandFailure("there is no folder \(folder)", help: "regions/<code>/ holds one adapter each")
        }
        var files: [String: [UInt8]] = [:]
        for case let name as String in names {
            let path = folder + "/" + name
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
                let data = FileManager.default.contents(atPath: path)
            else { continue }
            files[name] = Array(data)
        }
        return AdapterFiles(files: files)
    }
}

/// Reads `agreements.csv`.
enum AgreementFile {
    private static let header = ["from", "to", "catalog_code", "mode", "max_level", "valid_from", "valid_to"]

    static func read(_ path: String) throws -> [Agreement] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure(
                "\(path) cannot be read", help: "it says who may send what to whom; nothing else may be sent")
        }
        let rows = try DelimitedReader.rows(Array(data), dialect: .csv)
        let texts = rows.map { $0.map { field in field.text(in: Array(data), dialect: .csv) } }
        guard texts.first == header else {
            throw CommandFailure(
                "\(path):1: the columns are \(header.joined(separator: ","))", help: "write that header line")
        }
        return try texts.dropFirst().enumerated().map { try agreement($1, line: $0 + 2, path: path) }
    }

    private static func agreement(_ row: [String], line: Int, path: String) throws -> Agreement {
        func fail(_ column: String) -> CommandFailure {
            CommandFailure(
                "\(path):\(line): \(column) is not valid",
                help: "6-digit regions or *, dates yyyy-MM-dd, level L1 to L4")
        }
        func region(_ text: String, _ column: String) throws -> RegionCode? {
            if text == "*" { return nil }
            guard let code = RegionCode(text) else { throw fail(column) }
            return code
        }
        func date(_ text: String, _ column: String) throws -> CalendarDate? {
            if text.isEmpty { return nil }
            guard let date = CalendarDate(text) else { throw fail(column) }
            return date
        }
        guard let level = DataLevel(rawValue: row[4]) else { throw fail("max_level") }
        return Agreement(
            from: try region(row[0], "from"), to: try region(row[1], "to"), catalogCode: row[2] == "*" ? nil : row[2],
            mode: row[3] == "*" ? nil : row[3], maxLevel: level, validFrom: try date(row[5], "valid_from"),
            validTo: try date(row[6], "valid_to"), line: line)
    }
}
