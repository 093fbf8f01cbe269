import Foundation
import KuayuModel
import KuayuReconcile

/// Damages the ledgers of the hubs, and shows that every damage is found, explained, and repaired where that is allowed.
struct DemoFaults {
    let plan: DemoPlan

    /// One damage and what must be found.
    private struct Damage {
        let region: RegionCode
        let fault: String
        let chinese: String
        let codes: Set<BreakCode>
        /// Whether the gateway repairs it alone.
        let isRepaired: Bool
    }

    private static let damages = [
        Damage(
            region: .zhejiang, fault: "lose", chinese: "删除一件", codes: [.missingAtHub, .missingAtOrigin],
            isRepaired: true),
        Damage(region: .jiangsu, fault: "setback", chinese: "退回旧版本", codes: [.behind], isRepaired: true),
        Damage(region: .shanghai, fault: "alter", chinese: "篡改内容", codes: [.contentMismatch], isRepaired: false),
        Damage(region: .anhui, fault: "invent", chinese: "虚构一件", codes: [.orphan], isRepaired: false),
        Damage(region: .jiangsu, fault: "double", chinese: "重复一件", codes: [.duplicate], isRepaired: false),
    ]

    /// True when everything was found and what may be repaired is repaired.
    func run() throws -> Bool {
        print("\n台账损坏 — damage in the hubs' own ledgers")
        var cases: [String] = []
        for damage in Self.damages {
            guard let control = plan.control(damage.region.text) else { return false }
            let answer = try control.post("/control/fault/\(damage.fault)")
            let caseID = answer.split { !$0.isLetter && !$0.isNumber }.first { $0.hasPrefix("CSJ") }.map(String.init)
            cases.append(caseID ?? "")
            print("  \(damage.region.text) \(damage.chinese)：\(answer.trimmingCharacters(in: .newlines))")
        }
        var table = TextTable(["枢纽", "损坏", "办件", "查出", "状态", "说明"])
        var isRight = true
        let last = try settled(cases)
        for (damage, caseID) in zip(Self.damages, cases) {
            let line = last.first { $0.hub == damage.region && $0.caseID == caseID && damage.codes.contains($0.code) }
            let isOver = line?.state == .closed
            // Only what others sent can be sent again.
            let mayStay = !damage.isRepaired || line?.code == .missingAtOrigin || line?.isAutomatic == false
            if line == nil || (!isOver && !mayStay) { isRight = false }
            table.add([
                damage.region.text, damage.chinese, caseID, line?.code.rawValue ?? "未查出", line?.state.chinese ?? "",
                line?.chinese ?? "",
            ])
            // What the hub had reported itself cannot be sent to it again: such a case goes on as another break.
            for rest in last where rest.hub == damage.region && rest.caseID == caseID && rest.id != line?.id {
                guard rest.state.isOpen else { continue }
                table.add(["", "余下", caseID, rest.code.rawValue, rest.state.chinese, rest.chinese])
            }
        }
        print(table.text)
        print(isRight ? "全部查出；可自动做的已做并复核，余下的见表" : "有损坏未查出或未修复")
        return isRight
    }

    /// The breaks of today once runs and repairs have come to rest.
    private func settled(_ cases: [String]) throws -> [ReconReport.BreakLine] {
        let admin = AdminClient(port: plan.adminPort)
        var lines: [ReconReport.BreakLine] = []
        for _ in 0..<40 {
            usleep(500_000)
            let report = try ReconReport.read(json: Array(admin.get("/reconcile/report?format=json").utf8))
            lines = report.breaks.filter { cases.contains($0.caseID) }
            let isQuiet = lines.allSatisfy { line in
                line.state == .closed || (line.state.isOpen && !line.isAutomatic)
            }
            if Set(lines.map(\.caseID)).count == Set(cases).count && isQuiet { break }
        }
        return lines
    }
}
