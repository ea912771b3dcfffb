/** Alerts, empty and error states, spinners, progress, scores, steps. */
import type { ReactNode } from 'react';
import { size as sizeOf } from './shared.ts';
import { Icon } from './text.tsx';

type Children = { children?: ReactNode };

const alertIcons: Record<string, string> = {
  success: 'checkCircle',
  warning: 'warning',
  danger: 'exclamationCircle',
  error: 'exclamationCircle',
};
export const Alert = ({ title, variant = 'info', children }: Children & { title?: string; variant?: string }) => (
  <div
    className="hs-alert"
    data-variant={variant}
    role={variant === 'danger' || variant === 'error' ? 'alert' : 'status'}
  >
    <Icon name={alertIcons[variant] ?? 'info'} size="md" />
    <div>
      {title && <strong>{title}</strong>}
      {children && <div>{children}</div>}
    </div>
  </div>
);

export const EmptyState = ({
  title,
  layout = 'horizontal',
  flush,
  children,
}: Children & { title?: string; layout?: string; flush?: boolean }) => (
  <div className="hs-state" data-layout={layout} data-flush={flush || undefined}>
    <div className="hs-state-picture" aria-hidden="true">
      <Icon name="sequences" size="lg" />
    </div>
    <div>
      {title && <h4 className="hs-heading">{title}</h4>}
      {children}
    </div>
  </div>
);

export const ErrorState = ({
  title = 'Something went wrong',
  type = 'error',
  children,
}: Children & { title?: string; type?: string }) => (
  <div className="hs-state" data-error role="alert">
    <div className="hs-state-picture" aria-hidden="true">
      <Icon name={type === 'lock' ? 'locked' : 'warning'} size="lg" />
    </div>
    <div>
      <h4 className="hs-heading">{title}</h4>
      {children}
    </div>
  </div>
);

interface SpinnerProps {
  label: string;
  showLabel?: boolean;
  size?: string;
  layout?: string;
}
export const LoadingSpinner = ({ label, showLabel, size, layout = 'inline' }: SpinnerProps) => (
  <div className="hs-loading" data-layout={layout} role="status">
    <span className="hs-spinner" data-size={sizeOf(size, 'sm')} aria-hidden="true" />
    <span className={showLabel ? undefined : 'visually-hidden'}>{label}</span>
  </div>
);

interface ProgressProps {
  title?: string;
  'aria-label'?: string;
  showPercentage?: boolean;
  value?: number;
  maxValue?: number;
  valueDescription?: string;
  variant?: string;
}
export function ProgressBar({
  title,
  showPercentage,
  value = 0,
  maxValue = 100,
  valueDescription,
  variant = 'success',
  ...props
}: ProgressProps) {
  const part = Math.min(1, Math.max(0, maxValue > 0 ? value / maxValue : 0));
  return (
    <div className="hs-progress" data-variant={variant}>
      {(title || valueDescription || showPercentage) && (
        <div className="hs-progress-text">
          <span>{title}</span>
          <span>{valueDescription ?? (showPercentage ? `${Math.round(part * 100)}%` : '')}</span>
        </div>
      )}
      <div
        className="hs-progress-bar"
        role="progressbar"
        aria-label={props['aria-label'] ?? title ?? 'Progress'}
        aria-valuemin={0}
        aria-valuemax={maxValue}
        aria-valuenow={value}
      >
        <span style={{ width: `${part * 100}%` }} />
      </div>
    </div>
  );
}

/** HubSpot's bands: red to 32, yellow to 65, green above. */
export function ScoreCircle({ score }: { score: number }) {
  const value = Math.min(100, Math.max(0, score));
  const band = value <= 32 ? 'alert' : value <= 65 ? 'warning' : 'success';
  const around = 2 * Math.PI * 26;
  return (
    <svg
      className="hs-score"
      data-band={band}
      width="68"
      height="68"
      viewBox="0 0 64 64"
      role="img"
      aria-label={`Score ${score} of 100`}
    >
      <circle cx="32" cy="32" r="26" />
      <circle
        cx="32"
        cy="32"
        r="26"
        transform="rotate(-90 32 32)"
        strokeDasharray={`${(value / 100) * around} ${around}`}
      />
      <text x="32" y="32" textAnchor="middle" dominantBaseline="central">
        {score}
      </text>
    </svg>
  );
}

export const Statistics = ({ children }: Children) => <div className="hs-statistics">{children}</div>;
export const StatisticsItem = ({ label, number, children }: Children & { label: string; number: string | number }) => (
  <div className="hs-statistic">
    <div className="hs-statistic-label">{label}</div>
    <div className="hs-statistic-number">{number}</div>
    {children}
  </div>
);
export const StatisticsTrend = ({ value, direction, color }: { value: string; direction: string; color?: string }) => (
  <div className="hs-trend" data-color={color ?? (direction === 'increase' ? 'green' : 'red')}>
    <span aria-hidden="true">{direction === 'increase' ? '▲' : '▼'}</span> {value}
    <span className="visually-hidden"> ({direction})</span>
  </div>
);

interface StepProps {
  stepNames: string[];
  currentStep?: number;
  direction?: string;
  variant?: string;
  onClick?: (index: number) => void;
}
export const StepIndicator = ({
  stepNames,
  currentStep = 0,
  direction = 'horizontal',
  variant = 'default',
  onClick,
}: StepProps) => (
  <ol className="hs-steps" data-direction={direction} data-variant={variant}>
    {stepNames.map((name, index) => {
      const state = index < currentStep ? 'done' : index === currentStep ? 'current' : 'upcoming';
      const content = (
        <>
          <span className="hs-step-dot" aria-hidden="true">
            {state === 'done' ? '✓' : ''}
          </span>
          <span>{name}</span>
        </>
      );
      return (
        // Steps have no identity but their place.
        <li key={index} data-state={state} aria-current={state === 'current' ? 'step' : undefined}>
          {onClick ? (
            <button type="button" onClick={() => onClick(index)}>
              {content}
            </button>
          ) : (
            content
          )}
        </li>
      );
    })}
  </ol>
);
