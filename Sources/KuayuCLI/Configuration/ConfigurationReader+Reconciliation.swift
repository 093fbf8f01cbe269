import Yams

extension ConfigurationReader {
    /// `reconcile`: when ledgers are compared, and what may be repaired without a person.
    mutating func reconciliation(_ node: Node) -> GatewayConfiguration.Reconciliation {
        var result = GatewayConfiguration.Reconciliation()
        let names = ["interval", "grace", "repairs", "cap", "audit", "stuckDays"]
        for (path, name, value) in members(node, "reconcile", names) {
            switch name {
            case "interval": result.interval = milliseconds(value, path) ?? result.interval
            case "grace": result.grace = milliseconds(value, path)
            case "repairs": result.repairs = boolean(value, path) ?? result.repairs
            case "cap": result.cap = integer(value, path, 0...1_000_000) ?? result.cap
            case "audit": result.audit = integer(value, path, 0...100_000) ?? result.audit
            default: result.stuckDays = integer(value, path, 1...3_650) ?? result.stuckDays
            }
        }
        return result
    }

    /// `alerts`: who is told of problems.
    mutating func alerts(_ node: Node) -> GatewayConfiguration.Alerts {
        var result = GatewayConfiguration.Alerts()
        for (path, name, value) in members(node, "alerts", ["webhook", "mail"]) {
            if name == "webhook" { webhook(value, path, &result) } else { mail(value, path, &result) }
        }
        return result
    }

    private mutating func webhook(_ node: Node, _ path: String, _ result: inout GatewayConfiguration.Alerts) {
        for (path, name, value) in members(node, path, ["url", "secretFile", "authority"]) {
            guard let text = string(value, path) else { continue }
            switch name {
            case "url":
                result.webhook = text
                if !text.hasPrefix("https://") {
                    report(value, path, "must begin with https://", "notices travel encrypted only")
                }
            case "secretFile": result.webhookSecretFile = text
            default: result.webhookAuthority = text
            }
        }
        if result.webhook == nil || result.webhookSecretFile == nil {
            report(node, path, "needs url and secretFile", "requests are signed by the secret (Standard Webhooks)")
        }
    }

    private mutating func mail(_ node: Node, _ path: String, _ result: inout GatewayConfiguration.Alerts) {
        for (path, name, value) in members(node, path, ["server", "from", "to", "loginFile"]) {
            switch name {
            case "server":
                result.mailServer = string(value, path)
                if let server = result.mailServer, !["smtp://", "smtps://"].contains(where: server.hasPrefix) {
                    report(value, path, "is no mail server", "smtp://host:port or smtps://host:port")
                }
            case "from": result.mailFrom = string(value, path)
            case "loginFile": result.mailLoginFile = string(value, path)
            default:
                guard let list = value.sequence else {
                    report(value, path, "must be a list", "[ops@example.cn]")
                    continue
                }
                for item in list {
                    if let address = string(item, path) { result.mailTo.append(address) }
                }
            }
        }
        if result.mailServer == nil || result.mailFrom == nil || result.mailTo.isEmpty {
            report(node, path, "needs server, from and to", "mail: {server: …, from: …, to: [ … ]}")
        }
    }
}
