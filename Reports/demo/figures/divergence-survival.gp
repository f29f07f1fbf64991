# Share of positions by divergence
#
# Share of the positions of the responses whose Jensen-Shannon divergence between the next-token
# distributions before and after (nats, full vocabulary, at most ln 2 = 0.693) is at least x.
# Both axes logarithmic. Positions below 1e-8, exact zeros among them, are left of the axis;
# their share is in the legend. A curve ends at the largest divergence. Shaded: 95 % interval at
# each point with prompts as clusters, 128 in all; on few of them it is a rough guide, on one
# there is none; it is cut at the axis. n = 49,367 tokens.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot divergence-survival.gp
# It reads divergence-survival.tsv and writes divergence-survival.svg and divergence-survival.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 234,180 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_divergence_survival' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 234./72,180./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'divergence-survival.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.1478
  set rmargin at screen 0.96154
  set bmargin at screen 0.13889
  set tmargin at screen 0.83333
  set border 15 linewidth 0.5
  set xrange [1e-08:1]
  set logscale x
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('10^{−8}' 1e-08, '' 1e-07 1, '10^{−6}' 1e-06, '' 1e-05 1, '10^{−4}' 0.0001, '' 0.001 1, '10^{−2}' 0.01, '' 0.1 1, '10^{0}' 1)
  set yrange [1e-05:1.5]
  set logscale y
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('10^{−5}' 1e-05, '' 2e-05 1, '' 3e-05 1, '' 4e-05 1, '' 5e-05 1, '' 6e-05 1, '' 7e-05 1, '' 8e-05 1, '' 9e-05 1, '10^{−4}' 0.0001, '' 0.0002 1, '' 0.0003 1, '' 0.0004 1, '' 0.0005 1, '' 0.0006 1, '' 0.0007 1, '' 0.0008 1, '' 0.0009 1, '10^{−3}' 0.001, '' 0.002 1, '' 0.003 1, '' 0.004 1, '' 0.005 1, '' 0.006 1, '' 0.007 1, '' 0.008 1, '' 0.009 1, '10^{−2}' 0.01, '' 0.02 1, '' 0.03 1, '' 0.04 1, '' 0.05 1, '' 0.06 1, '' 0.07 1, '' 0.08 1, '' 0.09 1, '10^{−1}' 0.1, '' 0.2 1, '' 0.3 1, '' 0.4 1, '' 0.5 1, '' 0.6 1, '' 0.7 1, '' 0.8 1, '' 0.9 1, '10^{0}' 1)
  set label 'Jensen-Shannon divergence x (nats)' at screen 0.55467,0.03333 center noenhanced front
  set label 'share of positions ≥ x' at screen 0.03419,0.48611 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.27427,0.95278 to screen 0.3512,0.95278 nohead linewidth 1 linecolor rgb '#e69f00' dashtype solid
  set label 'base → sft (0 % < 1e−8)' at screen 0.36829,0.95278 left font ',8' noenhanced front
  set arrow from screen 0.27427,0.89167 to screen 0.3512,0.89167 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'base → rl (0 % < 1e−8)' at screen 0.36829,0.89167 left font ',8' noenhanced front
  plot 'divergence-survival.tsv' index 0 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#e69f00' notitle, \
    'divergence-survival.tsv' index 1 using 1:2:3 with filledcurves fillstyle transparent solid 0.2 noborder linecolor rgb '#0072b2' notitle, \
    'divergence-survival.tsv' index 2 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'divergence-survival.tsv' index 3 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle

  unset multiplot
  set output
}
