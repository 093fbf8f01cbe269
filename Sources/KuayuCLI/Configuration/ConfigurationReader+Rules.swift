import KuayuRules
import Yams

extension ConfigurationReader {
    /// `rules`: when warnings and reminders are given.
    mutating func rules(_ node: Node) -> RulesPolicy {
        let base = configuration.rules
        var (percent, lead, workdays) = (base.yellowPermille / 10, base.reminderLead, base.noticeWorkdays)
        for (path, name, value) in members(node, "rules", ["yellowPercent", "reminderLead", "noticeWorkdays"]) {
            switch name {
            case "yellowPercent": percent = integer(value, path, 0...100) ?? percent
            case "reminderLead": lead = limit(value, path) ?? lead
            default: workdays = integer(value, path, 0...3_650) ?? workdays
            }
        }
        return RulesPolicy(yellowPermille: percent * 10, reminderLead: lead, noticeWorkdays: workdays)
    }

    /// `3 workday`, `5 day`, `24 hour`.
    private mutating func limit(_ node: Node, _ path: String) -> TimeLimit? {
        let parts = node.scalar?.string.split(separator: " ").map(String.init) ?? []
        if parts.count == 2, let amount = Int(parts[0]), (0...3_650).contains(amount),
            let unit = TimeLimit.Unit(rawValue: parts[1])
        {
            return TimeLimit(amount, unit)
        }
        report(node, path, "must be a limit", "write 3 workday, 5 day or 24 hour; at most 3650")
        return nil
    }

    /// `licences`: where licences are looked up.
    mutating func licences(_ node: Node) -> GatewayConfiguration.Licences? {
        var result = GatewayConfiguration.Licences(url: "")
        for (path, name, value) in members(node, "licences", ["url", "name", "identity"]) {
            guard let text = string(value, path) else { continue }
            switch name {
            case "url":
                result.url = text
                if !text.hasPrefix("https://") {
                    report(value, path, "must begin with https://", "libraries are reached over mutual TLS only")
                }
            case "name": result.name = text
            default: result.identity = text
            }
        }
        if result.url.isEmpty {
            report(node, "licences.url", "is missing", "https://host:port of the library, or leave licences out")
            return nil
        }
        return result
    }
}
