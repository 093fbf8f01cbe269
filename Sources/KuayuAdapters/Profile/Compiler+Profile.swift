import KuayuFormats
import KuayuModel

extension Compiler {
    static let regionFile = "region.yaml"
    private static let profileKeys = [
        "region", "name", "identity", "transport", "endpoints", "sftp", "contentType", "headers", "extension",
        "capability", "batch", "retry", "limits", "cutOff", "pull", "content", "reconcile", "maxLevel", "reply",
    ]

    /// Reads `region.yaml`.
    mutating func profile() -> HubProfile? {
        guard let bytes = files.files[Self.regionFile] else {
            reporter.error("KA007", .whole(Self.regionFile), "The folder has no region.yaml.")
            return nil
        }
        guard let root = YAMLTree.read(bytes, file: Self.regionFile, reporter: &reporter),
            let map = map(root, Self.profileKeys, what: "A region")
        else { return nil }
        let code = text(map, "region", required: true) ?? ""
        if !program.region.isEmpty, code != program.region {
            reporter.error(
                "KA006", map.place("region"), "The region is `\(code)` here and `\(program.region)` in adapter.yaml.")
        }
        guard let region = RegionCode(code) else {
            reporter.error("KA006", map.place("region"), "`region` is not six digits of a division.")
            return nil
        }
        let identity = map["identity"].flatMap { self.map($0, ["san", "pins"], what: "`identity`") }
        let name = text(map, "name", required: true) ?? ""
        let san = identity.flatMap { text($0, "san", required: true) } ?? ""
        if identity == nil { reporter.error("KA006", map.node.place, "The key `identity` is missing.") }
        let transport = choice(map, "transport", HubProfile.Transport.allCases.map(\.rawValue))
            .flatMap(HubProfile.Transport.init)
        if transport == nil, !map.has("transport") {
            reporter.error("KA006", map.node.place, "The key `transport` is missing.")
        }
        let capability = choice(map, "capability", HubProfile.Capability.allCases.map(\.rawValue))
            .flatMap(HubProfile.Capability.init)
        let level = choice(map, "maxLevel", DataLevel.allCases.map(\.rawValue)).flatMap(DataLevel.init)
        return HubProfile(
            region: region, name: name, san: san, pins: identity.map { texts($0, "pins") } ?? [],
            transport: transport ?? .https, endpoints: endpoints(map["endpoints"]), sftp: sftp(map["sftp"]),
            contentType: text(map, "contentType") ?? "application/json", signature: signature(map["headers"]),
            takesExtension: flag(map, "extension", otherwise: false), capability: capability ?? .neither,
            batch: number(map, "batch", in: 1...32) ?? 1, retry: retry(map["retry"]), limits: hubLimits(map["limits"]),
            cutOffMinutes: cutOff(map), pull: pull(map["pull"]),
            comparesContent: choice(map, "content", ["digest", "none"]) != "none",
            reconciliation: reconciliation(map["reconcile"]), maxLevel: level ?? .l4,
            reply: reply(map["reply"], map.node.place))
    }

    private mutating func endpoints(_ node: YAMLNode?) -> HubProfile.Endpoints {
        var endpoints = HubProfile.Endpoints()
        guard let node,
            let map = map(node, ["push", "list", "get", "receipts", "status", "in", "out"], what: "`endpoints`")
        else { return endpoints }
        endpoints.push = text(map, "push")
        endpoints.list = text(map, "list")
        endpoints.get = text(map, "get")
        endpoints.receipts = text(map, "receipts")
        endpoints.status = text(map, "status")
        endpoints.inFolder = text(map, "in")
        endpoints.outFolder = text(map, "out")
        return endpoints
    }

    private mutating func sftp(_ node: YAMLNode?) -> HubProfile.SFTP? {
        guard let node, let map = map(node, ["host", "port", "user", "hostKey"], what: "`sftp`"),
            let host = text(map, "host", required: true), let user = text(map, "user", required: true),
            let key = text(map, "hostKey", required: true)
        else { return nil }
        return HubProfile.SFTP(host: host, port: number(map, "port", in: 1...65_535) ?? 22, user: user, hostKey: key)
    }

    private mutating func signature(_ node: YAMLNode?) -> HubProfile.HeaderSignature? {
        guard let node, let map = map(node, ["scheme", "rid", "sid", "secretRef"], what: "`headers`"),
            let scheme = choice(map, "scheme", ["zj-signature"]), let rid = text(map, "rid", required: true),
            let sid = text(map, "sid", required: true), let secret = text(map, "secretRef", required: true)
        else { return nil }
        return HubProfile.HeaderSignature(scheme: scheme, rid: rid, sid: sid, secretRef: secret)
    }

    private mutating func retry(_ node: YAMLNode?) -> HubProfile.Retry {
        var retry = HubProfile.Retry(base: .seconds(2), cap: .seconds(900), deadline: .seconds(72 * 3_600))
        guard let node, let map = map(node, ["base", "cap", "deadline"], what: "`retry`") else { return retry }
        if let base = duration(map, "base") { retry.base = base }
        if let cap = duration(map, "cap") { retry.cap = cap }
        if let deadline = duration(map, "deadline") { retry.deadline = deadline }
        return retry
    }

    private mutating func hubLimits(_ node: YAMLNode?) -> HubProfile.Limits {
        var limits = HubProfile.Limits(bytes: 5 << 20, perSecond: 50, concurrency: 4)
        guard let node, let map = map(node, ["bytes", "perSecond", "concurrency"], what: "`limits`") else {
            return limits
        }
        if let bytes = number(map, "bytes", in: 1_024...(1 << 30)) { limits.bytes = bytes }
        if let rate = number(map, "perSecond", in: 1...100_000) { limits.perSecond = rate }
        if let count = number(map, "concurrency", in: 1...1_000) { limits.concurrency = count }
        return limits
    }

    private mutating func pull(_ node: YAMLNode?) -> HubProfile.Pull? {
        guard let node, let map = map(node, ["interval", "overlap"], what: "`pull`") else { return nil }
        return HubProfile.Pull(
            interval: duration(map, "interval") ?? .seconds(30), overlap: duration(map, "overlap") ?? .seconds(120))
    }

    private mutating func reconciliation(_ node: YAMLNode?) -> HubProfile.Reconciliation? {
        let profiles = HubProfile.Reconciliation.Profile.allCases.map(\.rawValue)
        guard let node, let map = map(node, ["profile", "grace"], what: "`reconcile`") else { return nil }
        if !map.has("profile") {
            reporter.error(
                "KA006", node.place, "`reconcile` does not say how the hub answers.", help: "profile: S, F or N")
        }
        guard let profile = choice(map, "profile", profiles).flatMap(HubProfile.Reconciliation.Profile.init) else {
            return nil
        }
        return HubProfile.Reconciliation(profile: profile, grace: duration(map, "grace") ?? .seconds(900))
    }

    /// `100ms`, `2s`, `15m`, `72h`, `30d`.
    private mutating func duration(_ map: YAMLMap, _ key: String) -> Duration? {
        guard let text = text(map, key) else { return nil }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        if let number = Int(digits), number < 1_000_000 {
            switch text.dropFirst(digits.count) {
            case "ms": return .milliseconds(number)
            case "s": return .seconds(number)
            case "m": return .seconds(number * 60)
            case "h": return .seconds(number * 3_600)
            case "d": return .seconds(number * 86_400)
            default: break
            }
        }
        reporter.error("KA006", map.place(key), "`\(text)` is no duration.", help: "Write 100ms, 2s, 15m, 72h or 3d.")
        return nil
    }

    /// `20:00` → 1200.
    private mutating func cutOff(_ map: YAMLMap) -> Int {
        guard let text = text(map, "cutOff") else { return 0 }
        let parts = text.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, (0..<24).contains(parts[0]), (0..<60).contains(parts[1]) else {
            reporter.error("KA006", map.place("cutOff"), "`\(text)` is no time of day.", help: "Write \"20:00\".")
            return 0
        }
        return parts[0] * 60 + parts[1]
    }

    // MARK: Replies

    private mutating func reply(_ node: YAMLNode?, _ place: Place) -> ReplyRule {
        var rule = ReplyRule()
        guard let node, let map = map(node, ["write", "classify"], what: "`reply`") else {
            if node == nil { reporter.error("KA006", place, "The key `reply` is missing.") }
            return rule
        }
        classify(map["classify"], &rule, node.place)
        guard let write = map["write"],
            let templates = self.map(write, ["contentType", "accepted", "refused", "failed"], what: "`write`")
        else { return rule }
        rule.templates.contentType = text(templates, "contentType") ?? "application/json"
        rule.templates.accepted = text(templates, "accepted", required: true) ?? ""
        rule.templates.refused = text(templates, "refused", required: true) ?? ""
        rule.templates.failed = text(templates, "failed", required: true) ?? ""
        return rule
    }

    private mutating func classify(_ node: YAMLNode?, _ rule: inout ReplyRule, _ place: Place) {
        let keys = [
            "format", "encoding", "path", "delivered", "duplicate", "busy", "rejected", "message", "results",
        ]
        guard let node, let map = map(node, keys, what: "`classify`") else {
            if node == nil { reporter.error("KA006", place, "`reply` needs `classify`.") }
            return
        }
        let format = choice(map, "format", ReplyRule.Format.allCases.map(\.rawValue)).flatMap(ReplyRule.Format.init)
        rule.format = format ?? .json
        switch choice(map, "encoding", ["utf-8", "gb18030"]) {
        case "gb18030": rule.encoding = .gb18030
        case "utf-8": rule.encoding = .utf8
        default: rule.encoding = rule.format == .json ? .utf8 : program.wire.encoding
        }
        rule.path = plainPath(map, "path") ?? []
        rule.message = plainPath(map, "message")
        rule.codes = ReplyRule.Codes(
            delivered: texts(map, "delivered"), duplicate: texts(map, "duplicate"), busy: texts(map, "busy"),
            rejected: texts(map, "rejected"))
        if let results = map["results"],
            let inner = self.map(results, ["path", "id", "code", "message", "columns"], what: "`results`")
        {
            let isTable = rule.format == .delimited
            if isTable { rule.columns = texts(inner, "columns") }
            let path = plainPath(inner, "path") ?? []
            // In a table every line is a result, and `path` names the column of its code.
            rule.results = ReplyRule.Results(
                path: isTable ? [] : path, id: plainPath(inner, "id", required: true) ?? [],
                code: plainPath(inner, "code") ?? (isTable ? path : rule.path), message: plainPath(inner, "message"))
        }
        if rule.format == .delimited, rule.columns.isEmpty {
            reporter.error("KA006", node.place, "A delimited reply needs its `columns`.")
        }
    }
}
