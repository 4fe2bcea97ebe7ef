using System.CommandLine;
using Orchestration.Samples.ExpenseApproval;
using Orchestration.Samples.ExpenseApproval.Workflows;
using Orchestration.Samples.Shared;

var data = SampleCommand.DataOption("expense-approval");
var deadline = SampleCommand.NumberOption("--deadline", "How long an approver has, in milliseconds.", 3000, 100, 3_600_000);
var yourself = new Option<bool>("--yourself") { Description = "You answer, from a second terminal (approve, reject)." };
var port = SampleCommand.NumberOption("--port", "Where the second terminal finds the first.", 30100, 1, 65535);
port.Recursive = true;
var token = new Argument<string>("token") { Description = "The token of the letter." };
var comment = new Option<string?>("--comment") { Description = "What you have to say about it." };

var approve = new Command("approve", "Answers a letter with yes.") { token, comment };
var reject = new Command("reject", "Answers a letter with no.") { token, comment };
approve.SetAction(parsed => AnswerCommand.RunAsync(
    parsed.GetValue(port), parsed.GetValue(token)!, new Answer(true, parsed.GetValue(comment))));
reject.SetAction(parsed => AnswerCommand.RunAsync(
    parsed.GetValue(port), parsed.GetValue(token)!, new Answer(false, parsed.GetValue(comment))));

var command = new RootCommand("Expenses wait for people: approvers are asked, reminded, and passed over.")
{
    data, deadline, yourself, port, approve, reject,
};
command.SetAction(parsed =>
{
    var time = TimeSpan.FromMilliseconds(parsed.GetValue(deadline));
    return RunCommand.RunAsync(parsed.GetValue(data)!, time, parsed.GetValue(yourself), parsed.GetValue(port));
});
return await SampleCommand.RunAsync(command, args);
