import KuayuModel
import Yams

/// One thing that is wrong with a configuration file.
struct ConfigurationProblem: Hashable, Sendable {
    enum Severity: String, Hashable, Sendable {
        /// The configuration cannot be used.
        case error
        /// It can; somebody should look.
        case warning
    }

    var severity = Severity.error
    /// From 1; 0 where the problem stands at no place of the file.
    let line: Int
    /// From 1, or 0.
    let column: Int
    /// The key, or the variable of the environment; empty where the file as a whole is at fault.
    let path: String
    let message: String
    let help: String

    /// `file:line:column: error: path: message` and the help below it.
    func text(file: String) -> String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        let subject = path.isEmpty ? "" : "\(path): "
        return "\(place): \(severity.rawValue): \(subject)\(message)\n  help: \(help)"
    }
}

/// Reads `kuayu.yaml`: every problem at once, each with its place; scalars are their text, never guessed at.
struct ConfigurationReader {
    private(set) var configuration = GatewayConfiguration()
    private(set) var problems: [ConfigurationProblem] = []

    init(_ text: String) {
        do {
            guard let root = try Yams.compose(yaml: text) else { return }
            readRoot(root)
        } catch let error as YamlError {
            problems.append(ConfigurationProblem(error, in: text))
        } catch {
            problems.append(ConfigurationProblem(notYAML: "\(error)", line: 1, column: 1))
        }
    }

    // MARK: sections

    private mutating func readRoot(_ node: Node) {
        for (key, name, value) in members(
            node, "",
            [
                "gateway", "listen", "admin", "store", "regions", "tls", "denied", "receipts", "hubs", "rules",
                "licences", "reconcile", "alerts", "pace",
            ])
        {
            switch name {
            case "gateway":
                for (_, name, value) in members(value, key, ["number"]) where name == "number" {
                    configuration.number = integer(value, "gateway.number", 0...99) ?? configuration.number
                }
            case "listen": configuration.listen = endpoint(value, key, configuration.listen)
            case "admin":
                configuration.admin = endpoint(value, key, configuration.admin)
                if !["127.0.0.1", "::1", "localhost"].contains(configuration.admin.address) {
                    report(value, "admin.address", "must be a loopback address", "127.0.0.1: it has no identity check")
                }
            case "denied": configuration.deniedCertificates = serials(value)
            case "store": configuration.store = string(value, key) ?? configuration.store
            case "regions": configuration.regions = string(value, key) ?? configuration.regions
            case "tls": readIdentity(value)
            case "receipts":
                for (path, _, value) in members(value, key, ["key"]) {
                    configuration.receiptKey = string(value, path) ?? configuration.receiptKey
                }
            case "hubs": readHubs(value)
            case "rules": configuration.rules = rules(value)
            case "licences": configuration.licences = licences(value)
            case "reconcile": configuration.reconciliation = reconciliation(value)
            case "alerts": configuration.alerts = alerts(value)
            case "pace": readPace(value)
            default: break
            }
        }
    }

    /// Serial numbers in either case, with or without colons and leading zeros: people have them from various tools.
    private mutating func serials(_ node: Node) -> Set<String> {
        let help = "serial numbers of certificates, as kuayu certs show prints them"
        guard let list = node.sequence else {
            report(node, "denied", "must be a list", help)
            return []
        }
        var result: Set<String> = []
        for item in list {
            guard let text = string(item, "denied") else { continue }
            let serial = text.lowercased().filter { $0 != ":" }
            if let bytes = HexText.decode(serial), let first = bytes.firstIndex(where: { $0 != 0 }) {
                result.insert(HexText.encode(bytes[first...]))
            } else {
                report(item, "denied", "is not a serial number", help)
            }
        }
        return result
    }

    private mutating func endpoint(
        _ node: Node, _ path: String, _ base: GatewayConfiguration.Endpoint
    ) -> GatewayConfiguration.Endpoint {
        var result = base
        for (path, name, value) in members(node, path, ["address", "port"]) {
            if name == "address" { result.address = string(value, path) ?? result.address }
            if name == "port" { result.port = integer(value, path, 0...65_535) ?? result.port }
        }
        return result
    }

    private mutating func readIdentity(_ node: Node) {
        for (path, name, value) in members(node, "tls", ["certificate", "key", "authority"]) {
            guard let text = string(value, path) else { continue }
            switch name {
            case "certificate": configuration.tls.certificate = text
            case "key": configuration.tls.key = text
            default: configuration.tls.authority = text
            }
        }
    }

    private mutating func readHubs(_ node: Node) {
        guard let mapping = node.mapping else {
            report(
                node, "hubs", "must be a map of region codes",
                "write the 6-digit code of a region, quoted, then its keys")
            return
        }
        for (key, value) in mapping {
            guard let code = key.scalar.flatMap({ RegionCode($0.string) }) else {
                report(key, "hubs", "is not a region code", "6 digits in quotes: \"320000\"")
                continue
            }
            configuration.hubs[code] = hub(value, "hubs.\(code.text)")
        }
    }

    private mutating func hub(_ node: Node, _ path: String) -> GatewayConfiguration.Hub {
        var hub = GatewayConfiguration.Hub()
        for (path, name, value) in members(
            node, path, ["url", "directory", "sftp", "secretFile", "extension", "reconcile"])
        {
            switch name {
            case "url":
                hub.url = string(value, path)
                if let url = hub.url, !url.hasPrefix("https://") {
                    report(value, path, "must begin with https://", "hubs are reached over mutual TLS only")
                }
            case "directory": hub.directory = string(value, path)
            case "secretFile": hub.secretFile = string(value, path)
            case "extension": hub.takesExtension = boolean(value, path)
            case "reconcile":
                hub.reconcile = string(value, path)
                if let way = hub.reconcile, !["S", "F", "N", "none"].contains(way) {
                    report(value, path, "is no profile of reconciliation", "S, F, N or none")
                }
            default: hub.sftp = sftp(value, path)
            }
        }
        if hub.url == nil && hub.directory == nil && hub.sftp == nil {
            report(node, path, "says no way to the hub", "give url, directory or sftp")
        }
        return hub
    }

    private mutating func sftp(_ node: Node, _ path: String) -> GatewayConfiguration.SFTP? {
        var values: [String: String] = [:]
        var port = 22
        let names = ["host", "port", "user", "privateKey", "publicKey", "hostKey", "root"]
        for (path, name, value) in members(node, path, names) {
            if name == "port" {
                port = integer(value, path, 1...65_535) ?? 22
            } else {
                values[name] = string(value, path)
            }
        }
        for name in names where name != "port" && values[name] == nil {
            report(node, "\(path).\(name)", "is missing", "an SFTP hub needs \(names.joined(separator: ", "))")
        }
        guard let host = values["host"], let user = values["user"], let privateKey = values["privateKey"],
            let publicKey = values["publicKey"], let hostKey = values["hostKey"], let root = values["root"]
        else { return nil }
        return GatewayConfiguration.SFTP(
            host: host, port: port, user: user, privateKey: privateKey, publicKey: publicKey, hostKey: hostKey,
            root: root)
    }

    private mutating func readPace(_ node: Node) {
        let names = ["retryBase", "retryCap", "probeBase", "probeCap", "pull", "files", "slots", "perSecond", "look"]
        for (path, name, value) in members(node, "pace", names) {
            let number =
                switch name {
                case "slots": integer(value, path, 1...256)
                case "perSecond": integer(value, path, 1...100_000)
                default: milliseconds(value, path)
                }
            switch name {
            case "retryBase": configuration.pace.retryBase = number
            case "retryCap": configuration.pace.retryCap = number
            case "probeBase": configuration.pace.probeBase = number
            case "probeCap": configuration.pace.probeCap = number
            case "pull": configuration.pace.pull = number
            case "files": configuration.pace.files = number
            case "slots": configuration.pace.slots = number
            case "look": configuration.pace.look = number
            default: configuration.pace.perSecond = number
            }
        }
    }

    // MARK: values

    mutating func members(_ node: Node, _ path: String, _ known: [String]) -> [(
        path: String, name: String, value: Node
    )] {
        guard let mapping = node.mapping else {
            report(node, path, "must be a map", "write key: value lines below it")
            return []
        }
        var result: [(path: String, name: String, value: Node)] = []
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            let full = path.isEmpty ? name : "\(path).\(name)"
            if known.contains(name) {
                result.append((full, name, value))
            } else {
                report(key, full, "is not a key here", "known keys: " + known.joined(separator: ", "))
            }
        }
        return result
    }

    mutating func string(_ node: Node, _ path: String) -> String? {
        if let text = node.scalar?.string, !text.isEmpty { return text }
        report(node, path, "must be a text", "write it after the colon")
        return nil
    }

    mutating func boolean(_ node: Node, _ path: String) -> Bool? {
        switch node.scalar?.string {
        case "true": return true
        case "false": return false
        default:
            report(node, path, "must be true or false", "write one of the two words")
            return nil
        }
    }

    mutating func integer(_ node: Node, _ path: String, _ range: ClosedRange<Int>) -> Int? {
        if let text = node.scalar?.string, let value = Int(text), range.contains(value) { return value }
        report(node, path, "must be a number from \(range.lowerBound) to \(range.upperBound)", "write digits only")
        return nil
    }

    /// `100ms`, `2s`, `15m`.
    mutating func milliseconds(_ node: Node, _ path: String) -> Int? {
        let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
        if let text = node.scalar?.string {
            for (unit, factor) in units where text.hasSuffix(unit) {
                if let value = Int(text.dropLast(unit.count)), (0...86_400_000 / factor).contains(value) {
                    return value * factor
                }
            }
        }
        report(node, path, "must be a duration", "write 100ms, 2s, 15m or 1h; at most a day")
        return nil
    }

    mutating func report(_ node: Node, _ path: String, _ message: String, _ help: String) {
        problems.append(
            ConfigurationProblem(
                line: node.mark?.line ?? 1, column: node.mark?.column ?? 1, path: path, message: message, help: help))
    }
}
