import KuayuReconcile

/// The fixed words of the pages.
struct Words {
    let language: ReportLanguage
    let table: [String: String]

    init(_ language: ReportLanguage) {
        self.language = language
        table = Dictionary(
            uniqueKeysWithValues: Self.all.map { ($0.0, language == .chinese ? $0.1 : $0.2) })
    }

    subscript(key: String) -> String { table[key] ?? key }

    /// The one or the other.
    func callAsFunction(_ chinese: String, _ english: String) -> String {
        language == .chinese ? chinese : english
    }

    private static let all: [(String, String, String)] = [
        ("brand", "跨域办", "Kuayu 跨域办"), ("report", "台账对账报告", "Reconciliation of ledgers"),
        ("madeAt", "生成于", "made"), ("otherLanguage", "English", "中文"),
        ("waiting", "在等办件", "cases waiting"), ("since", "最早自", "first since"), ("matched", "相符", "agree"),
        ("inFlight", "在途", "in flight"), ("unchecked", "未核内容", "content unchecked"),
        ("late", "滞留·超期", "stuck or overdue"), ("source", "数据以同名 JSON 报告为准", "The JSON report is the source"),
        ("agreement", "逐日一致情况", "Agreement by hub and day"),
        ("agreementNote", "近 30 天每日最后一次对账发现的差异数。", "Differences found by the last run of each of the last 30 days."),
        ("hub", "枢纽", "Hub"), ("heatAgree", "一致", "agrees"), ("heatDiffer", "差异数", "differences"),
        ("heatUnknown", "未得出结论", "no conclusion"), ("totals", "双方合计", "Totals of both sides"),
        ("lane", "方向", "Lane"), ("atGateway", "网关", "Gateway"), ("atHub", "枢纽侧", "Hub"),
        ("sum", "校验和", "Sum"), ("breaks", "差异", "Breaks"), ("cut", "截止时点", "Cut"),
        ("byStatus", "按状态的件数", "Cases by state"), ("byDay", "按登记日的件数", "Cases by day of registration"),
        ("state", "状态", "State"), ("registered", "登记日", "Registered"), ("differing", "相异", "Differing"),
        ("ageingAndTrend", "账龄与趋势", "Age and trend"),
        ("ageingNote", "未结差异自首次发现起的工作日数。", "Open breaks by working days since they were first seen."),
        ("ageing", "未结差异账龄", "Age of open breaks"), ("trend", "近 30 天趋势", "Last 30 days"),
        ("openBreaks", "未结差异", "Open breaks"), ("differencesOfDay", "当日差异", "Differences of the day"),
        ("dataTable", "数据表", "Table of the data"), ("day", "日期", "Day"),
        ("nothingOpen", "没有未结差异。", "No break is open."), ("nothingMoved", "期内没有差异发生或了结。", "Nothing came or went."),
        ("breakList", "差异清单", "Breaks"),
        (
            "breakNote", "每条说明谁做了什么、为何不同、建议怎么办；按类别分组，最老的在前。",
            "Each says who did what, why it differs and what to do; by kind, oldest first."
        ), ("filter", "筛选", "Filter"), ("all", "全部", "all"), ("age", "账龄", "Age"), ("case", "办件", "Case"),
        ("bothSides", "双方所记", "Both sides"), ("why", "原因", "Why"), ("whatToDo", "处置", "What to do"),
        ("gateway", "网关", "here"), ("hubSide", "对端", "hub"), ("rollForward", "滚动核对", "Roll-forward"),
        (
            "rollNote", "期初 + 新增 + 再次出现 − 自动了结 − 人工了结 − 接受 = 期末；每行须平。",
            "Opening + new + reopened − automatic − manual − accepted = closing; every row must hold."
        ), ("code", "类别", "Kind"), ("opening", "期初", "Opening"), ("new", "新增", "New"),
        ("reopened", "再现", "Reopened"), ("auto", "自动", "Automatic"), ("manual", "人工", "Manual"),
        ("accepted", "接受", "Accepted"), ("closing", "期末", "Closing"), ("holds", "平", "Holds"),
        ("total", "合计", "Total"), ("repairs", "修复", "Repairs"), ("plan", "方案", "Plan"),
        ("started", "开始", "Began"), ("steps", "步骤", "Steps"), ("done", "完成", "Done"),
        ("skipped", "跳过", "Skipped"), ("failed", "失败", "Failed"), ("by", "提议／批准", "By"),
        ("outcome", "结果", "Outcome"), ("notices", "通知", "Notices"), ("notice", "内容", "Notice"),
        ("opened", "发出", "Opened"), ("closed", "了结", "Closed"), ("service", "服务指标", "The service in numbers"),
        ("serviceAsOf", "统计至", "As of"), ("directions", "流向（申请地 → 办理地）", "Directions (applied → handled)"),
        ("fromTo", "申请地＼办理地", "from \\ to"), ("modes", "通办模式", "Modes"), ("mode", "模式", "Mode"),
        ("cases", "办件", "Cases"), ("ended", "已结", "Ended"), ("granted", "准予", "Granted"),
        ("share", "占比", "Share"), ("decisions", "申请到决定的用时与承诺", "Time to decision against the promise"),
        ("region", "办理地", "Region"), ("decided", "已决定", "Decided"), ("median", "中位", "Median"),
        ("ninety", "九成内", "90 % within"), ("promise", "承诺中位", "Promised"),
        ("within", "按时", "In time"), ("items", "办件量最多的事项", "Items"), ("item", "事项", "Item"),
        ("clocks", "时限钟", "Clocks"), ("owed", "容缺欠交材料", "Materials owed"),
        ("bundles", "一件事", "Bundles"), ("theme", "主题", "Theme"), ("bundleCount", "件数", "Bundles"),
        ("bundleOpen", "未办结", "Open"), ("across", "跨省", "Cross-province"),
        ("children", "子办件 已结/全部", "Cases ended / all"), ("savings", "减环节·减材料·减时限·减跑动", "What was saved"),
        ("cost", "对账批次与代价", "Runs and their cost"),
        ("costNote", "双方传输字节、往返次数与用时。", "Bytes and round trips with the hub, and time."),
        ("run", "批次", "Run"), ("kind", "类型", "Kind"), ("profile", "方式", "Profile"), ("sent", "发出", "Sent"),
        ("received", "收到", "Received"), ("trips", "往返", "Trips"), ("time", "用时", "Time"),
        ("signatures", "签核", "Signatures"), ("firstSign", "编制", "First signature"),
        ("secondSign", "复核", "Second signature"), ("reports", "报告", "Reports"), ("runs", "最近批次", "Latest runs"),
        ("console", "对账", "Reconciliation"), ("history", "历史批次", "History of runs"),
        ("origin", "源端", "Origin"), ("destination", "目的端", "Destination"), ("version", "版本", "Version"),
        ("content", "内容摘要", "Content"), ("field", "字段", "Field"), ("steps2", "经过", "What happened"),
        ("when", "时间", "When"), ("who", "谁", "Who"), ("from", "由", "From"), ("to", "至", "To"),
        ("threeWay", "三方对照", "Three sides"), ("noFields", "没有字段不同。", "No field differs."),
        ("open", "未结", "Open"), ("back", "返回", "Back"), ("noCase", "没有这件办件", "Does not have the case"),
        ("noRuns", "还没有批次。", "There is no run yet."), ("format", "格式", "Formats"),
    ]
}
