import { useMemo } from 'react';
import { useAnswer } from '../../answers/use-answer.ts';
import { pageName } from '../../app/links.ts';
import { usePeriod } from '../../app/period.tsx';
import { useUrlState } from '../../app/use-url-state.ts';
import { CostNotices } from '../../components/cost-notices.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Failure } from '../../components/states/failure.tsx';
import { comparedInPeriod } from '../../usage/questions.ts';
import { askCustomers } from './ask-customers.ts';
import { CustomerControls } from './customer-controls.tsx';
import { CustomerTable } from './customer-table.tsx';
import { type CustomersState, PARAMS } from './customers-state.ts';

const METRICS = ['cost', 'margin', 'calls', 'tokens', 'error_rate', 'cost_per_call'];
const PAGE_ROWS = 25;

/** Every customer. Searching, sorting and paging happen in the ledger, so that ten thousand are as quick as ten. */
export function CustomersPage() {
  const period = usePeriod();
  const [state, change] = useUrlState(PARAMS);
  const { q, plan, sort, direction, cursor } = state;
  const question = useMemo(
    () => ({ ...state, about: comparedInPeriod(period, { metrics: METRICS }), rows: PAGE_ROWS }),
    [state, period],
  );
  const answer = useAnswer(question, askCustomers);
  return (
    <PageFrame title={pageName('customers')}>
      {answer.data === undefined && answer.error !== undefined ? (
        <Failure error={answer.error} again={answer.again} />
      ) : (
        <>
          <CostNotices answer={answer.data?.usage} answeredAtMs={answer.answeredAtMs} />
          <CustomerTable
            answer={answer}
            controls={(hasQuotas) => (
              <CustomerControls
                state={state}
                change={(wanted, how) => change({ ...wanted, cursor: '' }, how)}
                hasQuotas={hasQuotas}
                isCut={answer.data?.isCut === true}
              />
            )}
            sorting={{ by: sort, direction }}
            onSort={(next) =>
              change({ sort: next.by as CustomersState['sort'], direction: next.direction, cursor: '' })
            }
            isFirst={cursor === ''}
            isFiltered={q !== '' || plan !== '' || state.state !== ''}
            onClear={() => change({ q: '', plan: '', state: '', cursor: '' })}
            onPage={(next) => change({ cursor: next })}
          />
        </>
      )}
    </PageFrame>
  );
}
