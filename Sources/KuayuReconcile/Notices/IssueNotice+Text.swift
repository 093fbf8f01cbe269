import KuayuFormats
import KuayuModel

extension IssueNotice {
    /// Subject of a mail, Chinese first.
    public var subject: String {
        let what = "\(group.hub.name) \(group.code.rawValue) \(group.code.chinese)"
        switch kind {
        case .opened: return "[跨域办对账] \(what)：\(group.count) 件 / \(group.count) open"
        case .grew: return "[跨域办对账] \(what)：增至 \(group.count) 件 / grew to \(group.count)"
        case .closed: return "[跨域办对账] \(what)：已消除 / closed"
        }
    }

    /// Text of a mail: Chinese, then English; counts and codes only.
    public var text: String {
        let since = group.openedAt.canonical
        let (chinese, english) = sentences(since)
        return """
            \(chinese)
            查看：kuayu reconcile breaks --hub \(group.hub.text) --code \(group.code.rawValue)

            \(english)
            See: kuayu reconcile breaks --hub \(group.hub.text) --code \(group.code.rawValue)

            """
    }

    private func sentences(_ since: String) -> (chinese: String, english: String) {
        let name = "\(group.code.rawValue) \(group.code.name)"
        let hub = "\(group.hub.text)"
        switch kind {
        case .opened:
            return (
                "\(group.hub.name)与网关的台账有 \(group.count) 件差异（\(group.code.chinese)），自 \(since) 起。",
                "Hub \(hub) differs from the gateway in \(group.count) cases (\(name)) since \(since)."
            )
        case .grew:
            return (
                "\(group.hub.name)的差异（\(group.code.chinese)）增至 \(group.count) 件，自 \(since) 起。",
                "Breaks of hub \(hub) (\(name)) grew to \(group.count); the issue stands since \(since)."
            )
        case .closed:
            return (
                "\(group.hub.name)的差异（\(group.code.chinese)）已全部消除；自 \(since) 起最多 \(group.peak) 件。",
                "All breaks of hub \(hub) (\(name)) are over; at most \(group.peak) since \(since)."
            )
        }
    }

    /// Body of a webhook (Standard Webhooks): `type`, `timestamp`, `data`.
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("type")
        writer.string(kind.rawValue)
        writer.name("timestamp")
        writer.string(at.canonical)
        writer.name("data")
        writer.beginObject()
        for (name, value) in [
            ("issue", group.key), ("hub", group.hub.text), ("code", group.code.rawValue), ("name", group.code.name),
            ("chinese", group.code.chinese), ("openedAt", group.openedAt.canonical),
        ] {
            writer.name(name)
            writer.string(value)
        }
        writer.name("count")
        writer.integer(group.count)
        writer.name("peak")
        writer.integer(group.peak)
        writer.name("text")
        writer.string(subject)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}
