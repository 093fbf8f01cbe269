import KuayuEngine
import KuayuGateway
import KuayuModel
import KuayuRules

/// What the store counts for the metrics page.
struct MetricCounts: Sendable {
    var deliveries: [DeliveryCount]
    var cases: [CaseCount]
    var notices: [NoticeCount]
    var openBundles: Int
}

/// The metrics page (Prometheus text format 0.0.4).
///
/// Labels come from closed sets: regions, states, outcomes.
enum Metrics {
    static func text(
        counters: [(name: String, value: Int)], routes: [RouteStatus], _ counts: MetricCounts
    ) -> String {
        var page = ""
        page += "# HELP kuayu_messages_total Messages since the start, by what became of them.\n"
        page += "# TYPE kuayu_messages_total counter\n"
        for counter in counters { page += "kuayu_messages_total{outcome=\"\(counter.name)\"} \(counter.value)\n" }
        page +=
            "# HELP kuayu_deliveries Deliveries in the store, by receiver and state.\n# TYPE kuayu_deliveries gauge\n"
        for row in counts.deliveries {
            page += "kuayu_deliveries{hub=\"\(row.hub.text)\",state=\"\(row.state.rawValue)\"} \(row.count)\n"
        }
        page += "# HELP kuayu_cases Cases in the store, by origin and state.\n# TYPE kuayu_cases gauge\n"
        for row in counts.cases {
            page += "kuayu_cases{origin=\"\(row.origin.text)\",status=\"\(row.status.rawValue)\"} \(row.count)\n"
        }
        page +=
            "# HELP kuayu_notices Notices that stand, by kind and severity.\n# TYPE kuayu_notices gauge\n"
        for row in counts.notices {
            page +=
                "kuayu_notices{kind=\"\(row.kind.rawValue)\",severity=\"\(row.severity.rawValue)\"} \(row.count)\n"
        }
        page += "# HELP kuayu_bundles_open Bundles with a case that has not ended.\n# TYPE kuayu_bundles_open gauge\n"
        page += "kuayu_bundles_open \(counts.openBundles)\n"
        page +=
            "# HELP kuayu_route_open Whether deliveries to a hub flow (1) or wait (0).\n# TYPE kuayu_route_open gauge\n"
        for route in routes { page += "kuayu_route_open{hub=\"\(route.hub.text)\"} \(route.phase == "open" ? 1 : 0)\n" }
        page += "# HELP kuayu_route_in_flight Sends under way to a hub.\n# TYPE kuayu_route_in_flight gauge\n"
        for route in routes { page += "kuayu_route_in_flight{hub=\"\(route.hub.text)\"} \(route.inFlight)\n" }
        return page
    }
}
