import KuayuModel
import KuayuReconcile

/// Reconciliation for people in a terminal.
enum ReconcileText {
    static func verdict(_ state: RunRecord.State) -> String {
        switch state {
        case .running: "进行中"
        case .agreed: "一致"
        case .differs: "不一致"
        case .feedError: "无法判断"
        }
    }

    /// The answer, then a row for each hub, then what is open.
    static func report(_ report: ReconReport) -> String {
        let answer = report.answer
        var text = "\(answer.chinese)\n\(answer.english)\n\n"
        var table = TextTable(["枢纽", "批次", "通道", "网关", "枢纽侧", "一致", "在途", "未核内容", "差异", "字节", "往返"])
        for section in report.hubs {
            for lane in section.decisive?.lanes ?? [] {
                table.add([
                    "\(section.hub.text) \(section.name)", section.decisive?.id ?? "", lane.lane.rawValue,
                    "\(lane.expected.count)", "\(lane.found.count)", "\(lane.matched)", "\(lane.inFlight)",
                    "\(lane.unchecked)", "\(lane.breaks)", "\(lane.cost.bytesSent + lane.cost.bytesReceived)",
                    "\(lane.cost.roundTrips)",
                ])
            }
            if let fault = section.decisive?.fault { text += "\(section.hub.text) R14 \(fault)\n" }
        }
        text += table.text
        let open = report.breaks.filter { $0.state.isOpen }
        if !open.isEmpty { text += "\n" + breaks(open) }
        return text
    }

    static func breaks(_ lines: [ReconReport.BreakLine]) -> String {
        var table = TextTable(["编号", "枢纽", "类别", "办件", "状态", "账龄", "说明", "处置"])
        for line in lines {
            table.add([
                String(line.id.prefix(8)), line.hub.text, "\(line.code.rawValue) \(line.code.chinese)", line.caseID,
                line.state.chinese, line.bucket.rawValue, line.chinese, line.action.chinese,
            ])
        }
        return table.text
    }
}
