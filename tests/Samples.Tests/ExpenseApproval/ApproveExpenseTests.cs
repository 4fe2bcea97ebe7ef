using Orchestration.Client;
using Orchestration.Samples.ExpenseApproval.People;
using Orchestration.Samples.ExpenseApproval.Workflows;
using Orchestration.Samples.Shared;
using Orchestration.Samples.Tests.Support;
using Orchestration.Testing;
using Orchestration.Workflows;

namespace Orchestration.Samples.Tests.ExpenseApproval;

/// <summary>Three days for each approver, and a reminder a day, in virtual time.</summary>
public sealed class ApproveExpenseTests : IAsyncLifetime
{
    private static readonly ApprovalPolicy Policy = new(["lead", "head", "board"], TimeSpan.FromDays(3), TimeSpan.FromDays(1));

    private readonly TempDirectory _directory = new();
    private WorkflowTestEnvironment _engine = null!;
    private FileBook<Letter> _post = null!;
    private DateTimeOffset _start;

    public async Task InitializeAsync()
    {
        _post = new FileBook<Letter>(_directory.Path);
        _engine = await WorkflowTestEnvironment.StartAsync(options =>
            options.AddWorkflow<ApproveExpense>().AddActivities(new Mail(_post)));
        _start = _engine.UtcNow;
    }

    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(true, Outcome.Approved)]
    [InlineData(false, Outcome.Rejected)]
    public async Task Request_AnsweredInTime_EndsAsAnswered(bool yes, Outcome outcome)
    {
        var request = await AskAsync();

        await _engine.Client.CompleteTokenAsync(TokenOf("lead"), new Answer(yes, "because"));

        Assert.Equal(new Decision(outcome, "lead", "because"), await request.GetResultAsync());
        Assert.Equal(_start, _engine.UtcNow);
        Assert.Contains(outcome.ToString(), Assert.Single(_post.All(), static l => l.To == "Ada").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_NobodyAnswers_RemindsEscalatesAndExpires()
    {
        var request = await AskAsync();

        var decision = await request.GetResultAsync();

        Assert.Equal(new Decision(Outcome.Expired), decision);
        Assert.Equal(_start.AddDays(9), _engine.UtcNow);
        foreach (var approver in Policy.Approvers)
        {
            Assert.Equal(1, _post.All().Count(l => l.To == approver && !l.IsReminder));
            Assert.Equal(2, _post.All().Count(l => l.To == approver && l.IsReminder));
        }
    }

    [Fact]
    public async Task Request_Escalated_TheNextOneDecidesAndTheFirstOneIsTooLate()
    {
        var request = await AskAsync();
        var late = TokenOf("lead");
        await _engine.AdvanceAsync(TimeSpan.FromDays(3.5));
        Assert.Equal("head", (await request.QueryAsync(static r => r.State)).Approver);

        await Assert.ThrowsAsync<TokenSpent>(() => _engine.Client.CompleteTokenAsync(late, new Answer(true)));
        await _engine.Client.CompleteTokenAsync(TokenOf("head"), new Answer(true));

        Assert.Equal(new Decision(Outcome.Approved, "head"), await request.GetResultAsync());
    }

    [Fact]
    public async Task Request_AnsweredThroughTheReminderAfterACrash_IsDecided()
    {
        var request = await AskAsync();
        await _engine.AdvanceAsync(TimeSpan.FromDays(0.5));
        await _engine.CrashAsync(downtime: TimeSpan.FromDays(1));
        await _engine.IdleAsync();
        Assert.Equal(1, (await request.QueryAsync(static r => r.State)).Reminders);

        await _engine.Client.CompleteTokenAsync(TokenOf("lead"), new Answer(true));

        Assert.Equal(Outcome.Approved, (await request.GetResultAsync()).Outcome);
    }

    [Fact]
    public async Task Withdraw_WhileSomebodyIsAsked_EndsItAndIsRejectedAfterwards()
    {
        var request = await AskAsync();

        await request.UpdateAsync(static r => r.Withdraw("I walked"));

        Assert.Equal(new Decision(Outcome.Withdrawn, Comment: "I walked"), await request.GetResultAsync());
        await Assert.ThrowsAsync<WorkflowClosed>(() => request.UpdateAsync(static r => r.Withdraw("again")));
        await Assert.ThrowsAnyAsync<ApiFailure>(() => _engine.Client.CompleteTokenAsync(TokenOf("lead"), new Answer(true)));
    }

    private string TokenOf(string approver) => _post.All().First(l => l.To == approver).Token!;

    private async Task<IWorkflowHandle<ApproveExpense>> AskAsync()
    {
        var request = _engine.Client.GetWorkflow<ApproveExpense>("expense-1");
        await request.StartAsync(new ApprovalRequest(new Expense("1", "Ada", "a train ticket", 89.50m), Policy));
        await _engine.IdleAsync();
        return request;
    }
}
