import KuayuModel
import KuayuReconcile

extension ReportSample {
    /// Breaks of every kind.
    static let cases: [Case] = [
        Case(
            code: .behind, hub: .anhui, lane: .in, state: .open, daysAgo: 4,
            chinese: "安徽仍是第 3 版（已受理）；第 4、5 版于 10:02 投递，两次超时后挂起。",
            english:
                "Anhui still has version 3 (accepted); versions 4 and 5 were delivered 10:02, timed out twice and are parked.",
            action: .redeliver, isAutomatic: true, expected: (5, "reviewing"), found: [(3, "accepted")], lag: 2),
        Case(
            code: .behind, hub: .anhui, lane: .in, state: .open, daysAgo: 3,
            chinese: "安徽仍是第 6 版（补正中）；第 7 版被接收方以“编号重复”拒收。",
            english:
                "Anhui still has version 6 (supplementing); version 7 was rejected by the receiver as a repeated number.",
            action: .redeliver, expected: (7, "reviewing"), found: [(6, "supplementing")], lag: 1),
        Case(
            code: .behind, hub: .anhui, lane: .out, state: .assigned, daysAgo: 12,
            chinese: "安徽仍是第 2 版（已转办）；缺少的第 3 版由安徽自己报来，网关不能重投。",
            english: "Anhui still has version 2 (transferred); the missing version 3 was reported by Anhui itself.",
            action: .askRegion, expected: (3, "accepted"), found: [(2, "transferred")], lag: 1),
        Case(
            code: .missingAtHub, hub: .anhui, lane: .in, state: .open, daysAgo: 1,
            chinese: "安徽没有这件办件；第 1 版 11月23日 09:12 已投递并有回执，其后被删除。",
            english:
                "Anhui does not have this case; version 1 was delivered 23 Nov 09:12 with a receipt, and deleted later.",
            action: .redeliver, isAutomatic: true, expected: (4, "accepted")),
        Case(
            code: .missingAtHub, hub: .anhui, lane: .in, state: .autoRepairing, daysAgo: 0,
            chinese: "安徽没有这件办件；文件 340000_YW_20261124180000 的回执缺这一行。",
            english: "Anhui does not have this case; the receipt of file 340000_YW_20261124180000 lacks its line.",
            action: .redeliver, isAutomatic: true, expected: (1, "submitted")),
        Case(
            code: .missingAtOrigin, hub: .anhui, lane: .out, state: .open, daysAgo: 8,
            chinese: "安徽否认这件由它登记的办件；网关持有 11月16日 的签名回执为证。",
            english:
                "Anhui denies a case that it registered; the gateway holds the signed receipt of 16 Nov as evidence.",
            action: .askRegion, expected: (6, "decided")),
        Case(
            code: .statusConflict, hub: .zhejiang, lane: .in, state: .proposed, daysAgo: 2,
            chinese: "同为第 6 版，网关为“已决定”，浙江为“审查中”；浙江于 11月22日 15:40 改动而未报。",
            english:
                "Both have version 6: decided here, reviewing in Zhejiang, which changed it 22 Nov 15:40 without a report.",
            action: .adjustHub, expected: (6, "decided"), found: [(6, "reviewing")]),
        Case(
            code: .contentMismatch, hub: .zhejiang, lane: .in, state: .open, daysAgo: 5,
            chinese: "版本与状态相同而内容不同：办理时限、材料清单两处。",
            english:
                "Version and state are equal, the content differs in two places: time limit and list of materials.",
            action: .adjustHub, expected: (5, "reviewing"), found: [(5, "reviewing")]),
        Case(
            code: .ahead, hub: .zhejiang, lane: .in, state: .verifying, daysAgo: 0,
            chinese: "浙江已到第 5 版（已办结），网关为第 4 版；第 5 版没有报来。",
            english: "Zhejiang is at version 5 (closed), the gateway at 4; version 5 was never reported.",
            action: .pull, isAutomatic: true, expected: (4, "decided"), found: [(5, "closed")], lag: 1),
        Case(
            code: .keySkew, hub: .zhejiang, lane: .out, state: .closed, daysAgo: 1,
            chinese: "浙江记的登记时间晚 8 小时，已重发登记信息并复核一致。",
            english: "Zhejiang had the registration 8 hours late; the registration data was sent again and agrees now.",
            action: .resync, isAutomatic: true, expected: (2, "transferred"), found: [(2, "transferred")]),
        Case(
            code: .duplicate, hub: .shanghai, lane: .in, state: .open, daysAgo: 0,
            chinese: "上海有两行是这一办件：第 3 版和第 4 版，本地编号不同。",
            english: "Shanghai has two rows of this case: versions 3 and 4, under different local numbers.",
            action: .quarantine, expected: (4, "accepted"), found: [(3, "submitted"), (4, "accepted")]),
        Case(
            code: .orphan, hub: .shanghai, lane: .in, state: .accepted, daysAgo: 35,
            chinese: "这个编号没有任何网关发出过；两人签认保留到迁移结束。",
            english: "Nobody issued this id; two persons accepted it until the migration is over.",
            action: .quarantine, found: [(1, "submitted")]),
        Case(
            code: .missingAtGateway, hub: .shanghai, lane: .out, state: .closed, daysAgo: 0,
            chinese: "上海有而网关没有；上海出示的回执签名有效，已补登。",
            english:
                "Shanghai has it, the gateway had not; the receipt that Shanghai showed is valid and it was registered.",
            action: .register, isAutomatic: true, found: [(1, "submitted")]),
        Case(
            code: .stuck, hub: .jiangsu, lane: .in, state: .open, daysAgo: 3,
            chinese: "自 11月9日 起没有任何环节，停在“已受理”，超过 10 个工作日。",
            english: "No event since 9 Nov, still accepted, for more than 10 working days.",
            action: .escalate, expected: (3, "accepted"), found: [(3, "accepted")]),
        Case(
            code: .overdue, hub: .jiangsu, lane: .in, state: .open, daysAgo: 1,
            chinese: "承诺 5 个工作日，已用 7 个，苏州市未办结。",
            english: "5 working days were promised, 7 are used, Suzhou has not decided.",
            action: .escalate, expected: (4, "reviewing"), found: [(4, "reviewing")]),
        Case(
            code: .behind, hub: .jiangsu, lane: .in, state: .inFlight, daysAgo: 0,
            chinese: "第 4 版投递中，尚未得到回执。",
            english: "Version 4 is being delivered, no receipt yet.",
            action: .redeliver, isAutomatic: true, expected: (4, "accepted"), found: [(3, "transferred")], lag: 1),
        Case(
            code: .evidence, hub: .anhui, lane: .out, state: .open, daysAgo: 0,
            chinese: "安徽出示的回执签名不成立：内容摘要与所签不符。",
            english: "The receipt that Anhui shows does not hold: the digest is not the one that was signed.",
            action: .incident, expected: (3, "accepted"), found: [(3, "accepted")]),
    ]
}
