using Orchestration.Runtime.Serialization;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orchestration.Runtime.Tests.Serialization;

public sealed class ExceptionTests
{
    private static readonly WireSerializer s_serializer = new();

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(SiloUnavailableException))]
    [InlineData(typeof(SerializerException))]
    public void RoundTrip_Exception_KeepsTypeAndMessage(Type type)
    {
        var sent = (Exception)Activator.CreateInstance(type, "what")!;
        var back = Trip(sent);
        Assert.Equal(type, back.GetType());
        Assert.Equal("what", back.Message);
        Assert.Equal(sent.HResult, back.HResult);
    }

    [Fact]
    public void RoundTrip_ThrownException_CarriesItsStackAndCauses()
    {
        var back = Trip(Thrown());
        Assert.Contains(nameof(Thrown), back.StackTrace, StringComparison.Ordinal);
        Assert.IsType<OrderException>(back.InnerException);
        Assert.Equal(7, ((OrderException)back.InnerException).Code);
        Assert.Equal("inner", back.InnerException.Message);
        var parameter = Trip(new ArgumentNullException("name"));
        Assert.Equal(new ArgumentNullException("name").Message, parameter.Message);
    }

    [Fact]
    public void RoundTrip_Aggregate_KeepsAllInnerExceptions()
    {
        var sent = new AggregateException("many", new InvalidOperationException("a"), new TimeoutException("b"));
        var back = Assert.IsType<AggregateException>(Trip(sent));
        Assert.Equal(["a", "b"], back.InnerExceptions.Select(inner => inner.Message));
    }

    [Fact]
    public void RoundTrip_TypeThatIsNotSent_BecomesAStandIn()
    {
        var back = Assert.IsType<UnavailableExceptionFallbackException>(Trip(new Local("mine")));
        Assert.Equal("mine", back.Message);
        Assert.EndsWith(nameof(Local), back.ExceptionType, StringComparison.Ordinal);
    }

    private static Exception Trip(Exception exception) => s_serializer.FromBytes<Exception>(s_serializer.ToBytes(exception));

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("outer", new OrderException("inner", 7));
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }

    private sealed class Local(string message) : Exception(message);
}
