// The duban command: reads the command line and calls one command.
#include <functional>
#include <iostream>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "src/cli/command.h"

namespace duban::cli {
namespace {

constexpr int kMostRows = 1000000;
constexpr int kMostDays = 10000;

class CommandLine {
 public:
  CommandLine() : app_("督办 duban: packs, ledgers, duties, scores", "duban") {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", "duban " DUBAN_ENGINE_VERSION);
    AddPackCommands();
    AddLedgerCommands();
    AddResultCommands();
  }

  int Run(int argc, char** argv) {
    if (argc > 1 && argv[1][0] != '-' && !IsCommand(argv[1])) {
      std::cerr << "没有命令“" << argv[1] << "” / there is no command '"
                << argv[1] << "'\n"
                << "用 duban --help 查看 / see duban --help\n";
      return kCallAtFault;
    }
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      // Help and version are errors to the parser, and not to us.
      if (error.get_exit_code() == 0) return app_.exit(error);
      std::cerr << "命令行有误 / the call is wrong: " << error.what() << "\n"
                << "用 --help 查看用法 / --help shows how to call it\n";
      return kCallAtFault;
    }
    if (arguments_.json) arguments_.format = "json";
    return command_(arguments_);
  }

 private:
  bool IsCommand(const std::string& name) const {
    const auto commands = app_.get_subcommands(
        [&](const CLI::App* sub) { return sub->get_name() == name; });
    return !commands.empty();
  }

  CLI::App* Command(const char* name, const char* what,
                    int (*command)(const Arguments&)) {
    CLI::App* sub = app_.add_subcommand(name, what);
    sub->add_flag("--json", arguments_.json, "JSON, for machines");
    sub->callback([this, command] { command_ = command; });
    return sub;
  }

  void Ledger(CLI::App* sub) {
    sub->add_option("LEDGER", arguments_.ledger,
                    "the ledger file, or postgresql://…#ledger 台账")
        ->required();
  }
  void At(CLI::App* sub) {
    sub->add_option("--at", arguments_.at,
                    "the ledger as it was at that entry 截至第几条")
        ->check(CLI::PositiveNumber);
  }
  void Pack(CLI::App* sub) {
    sub->add_option("--pack", arguments_.pack, "the pack 规则包")->required();
  }
  void AsOf(CLI::App* sub) {
    sub->add_option("--as-of", arguments_.as_of, "YYYY-MM-DD 截至日")
        ->required();
  }
  void Output(CLI::App* sub) {
    sub->add_option("-o,--output", arguments_.output,
                    "a file instead of standard output");
  }
  void Format(CLI::App* sub) {
    sub->add_option("--format", arguments_.format, "table, json or csv")
        ->check(CLI::IsMember({"table", "json", "csv"}));
    Output(sub);
  }

  void TableOrJson(CLI::App* sub) {
    sub->add_option("--format", arguments_.format, "table or json")
        ->check(CLI::IsMember({"table", "json"}));
    Output(sub);
  }

  void AddPackCommands() {
    CLI::App* check = Command("check", "check a pack 检查规则包", Check);
    check->add_option("PACK", arguments_.pack, "a file or folder")->required();
    CLI::App* test =
        Command("test", "run a pack's own tests 运行自带测试", Test);
    test->add_option("PACK", arguments_.pack, "a file or folder")->required();
    CLI::App* eval = Command("eval", "try an expression 试算表达式", Eval);
    eval->add_option("EXPR", arguments_.expression, "the expression")
        ->required();
    eval->add_option("--var", arguments_.variables, "name=value");
    eval->add_flag("--strict", arguments_.strict,
                   "plain CEL instead of the scoring profile");
    eval->add_flag("--explain", arguments_.explain,
                   "what every part of the expression is");
    TableOrJson(eval);
    CLI::App* days =
        Command("days", "which days are worked, and why 工作日", ShowDays);
    days->add_option("PACK", arguments_.pack, "a file or folder")->required();
    days->add_option("--from", arguments_.from, "YYYY-MM-DD 首日");
    days->add_option("--until", arguments_.until, "YYYY-MM-DD 末日");
    days->add_option("--against", arguments_.against,
                     "an earlier pack: which due days have moved since");
    Format(days);
  }

  void AddLedgerCommands() {
    CLI::App* import =
        Command("import", "a folder of CSV tables 导入表格", Import);
    Ledger(import);
    import->add_option("DIR", arguments_.folder, "the folder")->required();
    import->add_option("--pack", arguments_.pack,
                       "the pack to adopt first; not needed where the folder "
                       "has packs 规则包");
    import->add_flag("--keep-good", arguments_.keep_good,
                     "import the good rows although others are refused");
    import->add_flag("--dry-run", arguments_.dry_run,
                     "check everything, write nothing");
    CLI::App* list = Command("list", "records of a table 列出记录", List);
    Ledger(list);
    list->add_option("TABLE", arguments_.table, "activities, matters …")
        ->required();
    list->add_option("--where", arguments_.where, "an expression");
    list->add_option("--order-by", arguments_.order_by,
                     "a column, or an expression; again for ties 排序")
        ->allow_extra_args(false);
    list->add_flag("--descending", arguments_.descending, "the other way 倒序");
    list->add_option("--columns", arguments_.columns,
                     "only these, with commas between 列")
        ->delimiter(',')
        ->allow_extra_args(false);
    list->add_option("--as-of", arguments_.as_of, "YYYY-MM-DD 截至日");
    list->add_flag("--with-voided", arguments_.with_voided,
                   "voided records as well 含作废");
    list->add_option("--page-size", arguments_.page_size, "records of a page")
        ->check(CLI::Range(0, kMostRows));
    list->add_option("--page", arguments_.page,
                     "what the page before gave 页标记");
    At(list);
    list->add_option("--limit", arguments_.limit, "rows of a printed table")
        ->check(CLI::Range(0, kMostRows));
    Format(list);
    CLI::App* show = Command("show", "one record 查看记录", Show);
    Ledger(show);
    show->add_option("ID", arguments_.subject, "its id")->required();
    show->add_option("--table", arguments_.table, "only this table's");
    At(show);
    CLI::App* out =
        Command("export", "a folder of CSV tables 导出表格", ExportTables);
    Ledger(out);
    out->add_option("FOLDER", arguments_.folder, "a new folder")->required();
    out->add_option("--table", arguments_.tables,
                    "only this one; again for more")
        ->allow_extra_args(false);
    out->add_option("--language", arguments_.language, "zh or en")
        ->check(CLI::IsMember({"zh", "en"}));
    out->add_option("--encoding", arguments_.encoding, "utf-8 or gb18030")
        ->check(CLI::IsMember({"utf-8", "gb18030"}));
    out->add_flag("--unmasked", arguments_.unmasked,
                  "sensitive data as it is: only such a folder can be imported "
                  "again 不脱敏");
    At(out);
    CLI::App* digest =
        Command("digest", "of what the ledger holds now 内容摘要", ShowDigest);
    Ledger(digest);
    At(digest);
    CLI::App* verify = Command("verify", "the digest chain 校验台账", Verify);
    Ledger(verify);
    verify->add_option("--head", arguments_.head,
                       "a digest written down earlier, which must be there");
    CLI::App* checkpoint = Command(
        "checkpoint", "make opening a large ledger quick 检查点", Checkpoint);
    Ledger(checkpoint);
    checkpoint->add_flag("--drop", arguments_.drop,
                         "remove it; nothing is lost");
    CLI::App* copy =
        Command("copy", "into another ledger, or go on 复制台账", Copy);
    copy->add_option("FROM", arguments_.ledger, "the ledger")->required();
    copy->add_option("TO", arguments_.target, "a new one, or an earlier copy")
        ->required();
  }

  void AddResultCommands() {
    CLI::App* duties = Command("duties", "who owes what 任务", ShowDuties);
    Ledger(duties);
    Pack(duties);
    AsOf(duties);
    At(duties);
    duties->add_option("--subject", arguments_.subject, "only this subject's");
    duties
        ->add_option("--state", arguments_.state,
                     "only met, open, missed, waived, not_applicable")
        ->check(CLI::IsMember(
            {"met", "open", "missed", "waived", "not_applicable"}));
    Format(duties);
    CLI::App* reminders =
        Command("reminders", "what falls due soon 到期提醒", ShowReminders);
    Ledger(reminders);
    Pack(reminders);
    AsOf(reminders);
    At(reminders);
    reminders
        ->add_option("--within", arguments_.within,
                     "working days to look ahead; 5 if not given 工作日数")
        ->check(CLI::Range(0, kMostDays));
    Format(reminders);
    AddSupervisionCommands();
    CLI::App* assess = Command("assess", "scorecards 量化评价", ShowAssessment);
    Ledger(assess);
    Pack(assess);
    AsOf(assess);
    At(assess);
    assess->add_option("--scheme", arguments_.scheme, "only this scheme");
    Format(assess);
    CLI::App* explain = Command(
        "explain", "every point of one subject 得分依据", ShowExplanation);
    Ledger(explain);
    explain->add_option("SUBJECT", arguments_.subject, "id")->required();
    Pack(explain);
    AsOf(explain);
    At(explain);
    explain
        ->add_option("--limit", arguments_.limit, "records under each number")
        ->check(CLI::Range(0, kMostRows));
    TableOrJson(explain);
  }

  void AddSupervisionCommands() {
    CLI::App* escalations =
        Command("escalations", "orders that the pack proposes 催办督办",
                ShowEscalations);
    Ledger(escalations);
    Pack(escalations);
    AsOf(escalations);
    Format(escalations);
    CLI::App* coverage =
        Command("coverage", "who still lacks what 覆盖情况", ShowCoverage);
    Ledger(coverage);
    coverage->add_option("QUOTA", arguments_.quotas,
                         "only these quotas or submissions");
    Pack(coverage);
    AsOf(coverage);
    Format(coverage);
    CLI::App* draw =
        Command("draw", "a sample that can be drawn again 随机抽查", ShowDraw);
    Ledger(draw);
    draw->add_option("PLAN", arguments_.plan, "a sampling plan's id")
        ->required();
    Pack(draw);
    AsOf(draw);
    Format(draw);
  }

  CLI::App app_;
  Arguments arguments_;
  std::function<int(const Arguments&)> command_;
};

}  // namespace
}  // namespace duban::cli

int main(int argc, char** argv) {
  try {
    return duban::cli::CommandLine().Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "duban: " << error.what() << "\n";
    return duban::cli::kMachineAtFault;
  }
}
